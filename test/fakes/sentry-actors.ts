import type { NewIssue } from '../../src/sandbox/sentry-acts.ts';
import type { SentryStatusChange } from '../../src/sandbox/sentry-issue-acts.ts';
import type {
  SandboxSentryIssue,
  SandboxSentryWorld,
  SentryActor,
  SentryOccasion,
} from '../../src/sandbox/sentry-world.model.ts';
import { addIssue, autoResolve, comeBack, happenAgain } from '../../src/sandbox/sentry-acts.ts';
import {
  addNote,
  assign,
  mergeIssues,
  recreate,
  removeIssue,
  setPriority,
  setStatus,
  unmerge,
} from '../../src/sandbox/sentry-issue-acts.ts';
import { addSentryToken, findProject, issueOf, livingIssue } from '../../src/sandbox/sentry-state.ts';
import { FAKE_SENTRY_TOKEN } from './sentry-finding.ts';

/** What others do in Sentry while a test runs. Issues are named by id; who acts is the first person unless said otherwise. */
export interface SentryActors {
  /** A new issue with one event, in `project` (slug; the first one unless given). */
  newIssue(issue?: Partial<NewIssue> & { project?: string }): SandboxSentryIssue;
  /** Many issues of different titles and times, oldest first; `secondsApart` lies between their last sights. */
  seedMany(count: number, options?: { project?: string; secondsApart?: number }): SandboxSentryIssue[];
  /** One more event: counts move, a resolved issue regresses, an archived one may escalate. */
  event(id: string, event?: Partial<SentryOccasion>): SandboxSentryIssue;
  setStatus(id: string, change: SentryStatusChange | SandboxSentryIssue['status']): SandboxSentryIssue;
  /** Resolved by age: nobody acted, no webhook. */
  autoResolve(id: string): SandboxSentryIssue;
  /** An archived issue comes back at once. */
  escalate(id: string): SandboxSentryIssue;
  /** user:ID, team:ID or '' for nobody. */
  assign(id: string, to: string): SandboxSentryIssue;
  setPriority(id: string, priority: 'high' | 'medium' | 'low'): SandboxSentryIssue;
  /** Merges all into the one with the most events, whose id comes back. */
  merge(...ids: string[]): string;
  /** What was merged in becomes a new issue. */
  unmerge(childId: string): SandboxSentryIssue;
  remove(id: string): void;
  /** The error of a deleted issue happens again: a new issue. */
  recreate(id: string): SandboxSentryIssue;
  note(id: string, text: string): void;
  /** A link that Sentry's own GitHub integration made. */
  linkNatively(id: string, key: string): void;
  /** The events expire, the issue stays. */
  expireEvents(id: string): void;
  renameProject(slug: string, to: string): void;
  setScopes(scopes: string[], token?: string): void;
  revokeToken(token?: string): void;
  setWebhook(url: string | null): void;
}

export function sentryActorsIn(world: SandboxSentryWorld): SentryActors {
  return { ...issueActors(world), ...houseActors(world) };
}

type HouseActs = 'renameProject' | 'setScopes' | 'revokeToken' | 'setWebhook';

function issueActors(world: SandboxSentryWorld): Omit<SentryActors, HouseActs> {
  const who = (): SentryActor => {
    const [person] = world.state.people;
    return person === undefined ? { kind: 'sentry' } : { kind: 'person', person };
  };
  const named = (id: string): SandboxSentryIssue => found(livingIssue(world.state, id), `issue ${id}`);
  const acting = (id: string, act: (issue: SandboxSentryIssue) => unknown): SandboxSentryIssue => {
    const issue = named(id);
    act(issue);
    world.touched();
    return issue;
  };
  return {
    newIssue: ({ project, ...issue } = {}) => {
      const of = found(project === undefined ? world.state.projects[0] : findProject(world.state, project), 'project');
      const title = issue.title ?? `TypeError: something ${of.issueNumber + 1} broke`;
      return addIssue(world, of, {
        culprit: 'checkout/cart.ts in computeTotal',
        sample: sampleOf(title),
        ...issue,
        title,
      });
    },
    seedMany: (count, options) => seedMany(world, count, options),
    event: (id, event) => acting(id, (issue) => happenAgain(world, issue, event)),
    setStatus: (id, change) =>
      acting(id, (issue) => setStatus(world, issue, typeof change === 'string' ? { status: change } : change, who())),
    autoResolve: (id) => acting(id, (issue) => autoResolve(world, issue)),
    escalate: (id) => acting(id, (issue) => comeBack(world, issue, 'escalating')),
    assign: (id, to) => acting(id, (issue) => assign(world, issue, to, who())),
    setPriority: (id, priority) => acting(id, (issue) => setPriority(world, issue, priority, who())),
    merge: (...ids) => mergeIssues(world, ids.map(named), who()).parent.id,
    unmerge: (childId) => unmerge(world, childId),
    remove: (id) => removeIssue(world, named(id)),
    recreate: (id) => recreate(world, found(issueOf(world.state, id), `issue ${id}`)),
    note: (id, text) => void acting(id, (issue) => addNote(world, issue, text, who())),
    linkNatively: (id, key) =>
      void acting(id, ({ native }) => native.push({ id: `n${native.length}`, key, url: urlOf(key) })),
    expireEvents: (id) => void acting(id, (issue) => issue.occasions.splice(0)),
  };
}

function houseActors(world: SandboxSentryWorld): Pick<SentryActors, HouseActs> {
  const tokenNamed = (token: string): (typeof world.state.tokens)[string] =>
    found(world.state.tokens[token], 'such token');
  return {
    renameProject: (slug, to) => {
      found(findProject(world.state, slug), `project ${slug}`).slug = to;
      world.touched();
    },
    setScopes: (scopes, token = FAKE_SENTRY_TOKEN) => void (tokenNamed(token).scopes = scopes),
    revokeToken: (token = FAKE_SENTRY_TOKEN) =>
      void addSentryToken(world, token, { ...tokenNamed(token), revoked: true }),
    setWebhook: (url) => {
      for (const app of world.state.apps) app.webhookUrl = url;
    },
  };
}

function seedMany(
  world: SandboxSentryWorld,
  count: number,
  { project, secondsApart = 10 }: { project?: string; secondsApart?: number } = {},
): SandboxSentryIssue[] {
  const of = found(project === undefined ? world.state.projects[0] : findProject(world.state, project), 'project');
  const now = world.now().getTime();
  const quiet = { ...world, emit: () => undefined };
  return Array.from({ length: count }, (_, at) => {
    const seen = new Date(now - (count - at) * secondsApart * 1000).toISOString();
    const title = `Error: case ${at + 1} of the seed is out of range`;
    return addIssue(quiet, of, { title, culprit: `seed/part${at % 50}.ts in run`, firstSeen: seen, lastSeen: seen });
  });
}

/** One exception with a frame of the app's own and one of a library. */
function sampleOf(title: string): NonNullable<NewIssue['sample']> {
  const frame = { absPath: null, module: null, colNo: 12, vars: { apiKey: '[Filtered]' } };
  return {
    exceptions: [
      {
        type: title.split(':')[0] ?? null,
        value: title.slice(title.indexOf(':') + 1).trim(),
        handled: false,
        frames: [
          { ...frame, filename: 'node_modules/react-dom.js', function: 'commit', lineNo: 4, inApp: false, context: [] },
          {
            ...frame,
            filename: 'checkout/cart.ts',
            function: 'computeTotal',
            lineNo: 88,
            inApp: true,
            context: [
              [87, '  const cart = readCart()'],
              [88, '  return cart.total.amount'],
            ],
          },
        ],
      },
    ],
  };
}

function urlOf(key: string): string {
  return key.startsWith('http') ? key : `https://github.com/${key.replace('#', '/issues/')}`;
}

function found<T>(thing: T | null | undefined, name: string): T {
  if (thing === null || thing === undefined) throw new Error(`the fake Sentry has no ${name}`);
  return thing;
}
