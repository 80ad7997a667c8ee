import type { SandboxSentryIssue, SandboxSentryProject, SandboxSentryState } from './sentry-world.model.ts';
import type { SandboxSentryWorld, SentryActor, SentryApp, SentryPerson, SentryToken } from './sentry-world.model.ts';

const BASE_32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const HOUR_MS = 3_600_000;

/** An organization without anything in it. Ids start above 2^32, so that a 32-bit column shows itself. */
export function emptySentry(slug: string, now: Date): SandboxSentryState {
  return {
    version: 1,
    nextId: 5_120_017_001,
    organization: { id: '4501001', slug, name: slug, createdAt: now.toISOString() },
    people: [],
    teams: [],
    projects: [],
    apps: [],
    tokens: {},
    issues: [],
  };
}

export function takeSentryId(state: SandboxSentryState): string {
  state.nextId += 1;
  return String(state.nextId - 1);
}

interface Index {
  /** How many issues it knows: new ones are put in when it is next asked. */
  size: number;
  byId: Map<string, SandboxSentryIssue>;
}
const indexes = new WeakMap<SandboxSentryState, Index>();

/** The issue of this id, also one that is merged or deleted. */
export function issueOf(state: SandboxSentryState, id: string): SandboxSentryIssue | null {
  const index = indexes.get(state) ?? { size: 0, byId: new Map<string, SandboxSentryIssue>() };
  indexes.set(state, index);
  for (const issue of state.issues.slice(index.size)) index.byId.set(issue.id, issue);
  index.size = state.issues.length;
  return index.byId.get(id) ?? null;
}

/** What stands under this id now: of a merged issue the survivor; null when it is deleted or never was. */
export function livingIssue(state: SandboxSentryState, id: string): SandboxSentryIssue | null {
  let issue = issueOf(state, id);
  while (issue !== null && issue.mergedInto !== null) issue = issueOf(state, issue.mergedInto);
  return issue === null || issue.deleted ? null : issue;
}

export function projectOf(state: SandboxSentryState, issue: SandboxSentryIssue): SandboxSentryProject {
  const project = state.projects.find(({ id }) => id === issue.projectId);
  if (project === undefined) throw new Error(`the sandbox Sentry lost the project ${issue.projectId}`);
  return project;
}

/** By slug or number. */
export function findProject(state: SandboxSentryState, named: string): SandboxSentryProject | null {
  return state.projects.find(({ id, slug }) => id === named || slug === named) ?? null;
}

/** As people name an issue: SHOP-WEB-3F; changes with the project's slug. */
export function shortIdOf(state: SandboxSentryState, issue: SandboxSentryIssue): string | null {
  if (issue.number === null) return null;
  let rest = issue.number;
  let text = '';
  do {
    text = `${BASE_32[rest % 32] ?? ''}${text}`;
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return `${projectOf(state, issue).slug.toUpperCase()}-${text}`;
}

export function issueByShortId(state: SandboxSentryState, shortId: string): SandboxSentryIssue | null {
  const wanted = shortId.toUpperCase();
  const found = state.issues.find((issue) => shortIdOf(state, issue) === wanted);
  return found === undefined ? null : livingIssue(state, found.id);
}

/** What people see: one that is resolved for its age is shown resolved though the search does not know it. */
export function shownStatus(issue: SandboxSentryIssue): SandboxSentryIssue['status'] {
  return issue.autoResolved ? 'resolved' : issue.status;
}

export function addPerson(world: SandboxSentryWorld, name: string, email: string): SentryPerson {
  const person = { id: String(world.state.people.length + 9), name, email, username: email };
  world.state.people.push(person);
  return person;
}

export function addTeam(world: SandboxSentryWorld, slug: string, members: SentryPerson[]): string {
  const id = String(world.state.teams.length + 77);
  world.state.teams.push({ id, slug, name: slug, members: members.map((person) => person.id) });
  return id;
}

export function addProject(
  world: SandboxSentryWorld,
  project: Pick<SandboxSentryProject, 'slug' | 'name' | 'platform'> & Partial<SandboxSentryProject>,
): SandboxSentryProject {
  const made: SandboxSentryProject = {
    id: String(4501 + world.state.projects.length),
    teams: [],
    environments: ['production', 'staging'],
    releases: [],
    issueNumber: 0,
    createdAt: world.now().toISOString(),
    ...project,
  };
  world.state.projects.push(made);
  return made;
}

export function addSentryToken(world: SandboxSentryWorld, token: string, more: Partial<SentryToken>): SentryToken {
  const made: SentryToken = { kind: 'user', scopes: [], personId: null, appId: null, revoked: false, ...more };
  world.state.tokens[token] = made;
  return made;
}

export function addApp(
  world: SandboxSentryWorld,
  app: Pick<SentryApp, 'slug' | 'name' | 'uuid' | 'installation' | 'clientSecret'>,
): SentryApp {
  const made: SentryApp = {
    ...app,
    number: 9001 + world.state.apps.length,
    webhookUrl: null,
    resources: ['issue', 'comment'],
  };
  world.state.apps.push(made);
  return made;
}

/** What stands unresolved, as everybody sees it. */
export function openErrors({ state }: Pick<SandboxSentryWorld, 'state'>): SandboxSentryIssue[] {
  return state.issues.filter(
    (issue) => shownStatus(issue) === 'unresolved' && !issue.deleted && issue.mergedInto === null,
  );
}

/** Where every integration's webhooks go from now on. */
export function tellWebhooksTo(world: SandboxSentryWorld, url: string): void {
  for (const app of world.state.apps) app.webhookUrl = url;
  world.touched();
}

/** Who is named as user:ID, team:ID, ID, user name or e-mail; null when nobody is. */
export function assigneeOf(
  state: SandboxSentryState,
  named: string,
): { type: 'user' | 'team'; id: string; name: string; email?: string } | null {
  const team = state.teams.find(({ id, slug }) => named === `team:${id}` || named === `#${slug}`);
  if (team !== undefined) return { type: 'team', id: team.id, name: team.slug };
  const plain = named.replace(/^user:/u, '');
  const person = state.people.find((one) => [one.id, one.username, one.email].includes(plain));
  return person === undefined ? null : { type: 'user', id: person.id, name: person.name, email: person.email };
}

/** The actor as webhooks and activities name it. */
export function actorName(actor: SentryActor): string {
  if (actor.kind === 'sentry') return 'Sentry';
  return actor.kind === 'app' ? actor.app.name : actor.person.name;
}
