import { labelColor } from './draft.decide.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Github, IssueDraft } from '../github/github.model.ts';

/** The repository, and whose labels and people are meant. */
interface Writer {
  connection: Pick<GithubConnection, 'id' | 'repository' | 'canPush'>;
  github: Github;
}

const KNOWN_FOR_MS = 10 * 60_000;

/** What is known of a repository's labels and assignable people, so that each is asked once in ten minutes and not per report. */
interface Known {
  at: number;
  labels: Set<string>;
  assignable: Map<string, boolean>;
}
const knownByConnection = new Map<string, Known>();

/**
 * Makes the labels a draft needs and drops the assignees GitHub would refuse: with push access one unassignable login refuses
 * the whole issue (facts/github.md §3.4). Nothing here may lose the issue: what cannot be prepared is left to GitHub.
 */
export async function prepareExtras(turn: Writer, draft: IssueDraft): Promise<IssueDraft> {
  if (turn.connection.canPush !== true) return draft;
  const known = await knownOf(turn);
  for (const name of draft.labels.filter((label) => !known.labels.has(label.toLowerCase()))) {
    const made = await turn.github.createLabel(
      { fullName: turn.connection.repository },
      { name, color: labelColor(name), description: '' },
    );
    if (!made.ok && made.failure.kind !== 'invalid') break;
    known.labels.add(name.toLowerCase());
  }
  const assignees: string[] = [];
  for (const login of draft.assignees) if (await isAssignable(turn, known, login)) assignees.push(login);
  return { ...draft, assignees };
}

async function knownOf(turn: Writer): Promise<Known> {
  const now = Date.now();
  const known = knownByConnection.get(turn.connection.id);
  if (known !== undefined && now - known.at < KNOWN_FOR_MS) return known;
  const fresh: Known = {
    at: now,
    labels: await labelNames(turn),
    assignable: new Map(),
  };
  knownByConnection.set(turn.connection.id, fresh);
  return fresh;
}

// What a page that fails leaves out is made anew, and GitHub says that it is there already.
async function labelNames({ connection, github }: Writer) {
  const names = new Set<string>();
  let next: string | null = null;
  do {
    const page = await github.labelPage({ fullName: connection.repository }, { next });
    if (!page.ok) break;
    for (const { name } of page.value.items) names.add(name.toLowerCase());
    next = page.value.next;
  } while (next !== null);
  return names;
}

async function isAssignable(turn: Writer, known: Known, login: string): Promise<boolean> {
  const remembered = known.assignable.get(login);
  if (remembered !== undefined) return remembered;
  const answer = await turn.github.canBeAssigned({ fullName: turn.connection.repository }, login);
  const assignable = answer.ok && answer.value;
  if (answer.ok) known.assignable.set(login, assignable);
  return assignable;
}
