import type { NewIssue } from './sentry-acts.ts';
import type { SandboxSentryWorld } from './sentry-world.model.ts';
import { addIssue, hourOf, noteActivity, occasion } from './sentry-acts.ts';
import { SEED_SENTRY_ISSUES } from './sentry-seed-issues.ts';
import { addApp, addPerson, addProject, addSentryToken, addTeam, findProject, HOUR_MS } from './sentry-state.ts';

/** What the demo's hub is connected to. The token opens nothing but this sandbox. */
export const SANDBOX_SENTRY_ORGANIZATION = 'acme';
export const SANDBOX_SENTRY_TOKEN = '5a'.repeat(32);
export const SANDBOX_SENTRY_SECRET = 'd7'.repeat(32);

/** Who the people of this Sentry are on the sandbox's GitHub. */
export const SANDBOX_SENTRY_PEOPLE: Record<string, string> = {
  'user:9': 'lena-frontend',
  'user:10': 'sam-backend',
  'user:11': 'octo-dev',
};

const APP = '0f4b6c1e-7a52-4d39-9c61-2b8de0a4f713';
const INSTALLATION = '3c9e51d2-86a7-4f0b-b1d4-6e27f9a08c55';

/** One issue that was there before the hub came. Hours are counted back from the first start. */
export interface SeedSentryIssue extends Omit<NewIssue, 'firstSeen' | 'lastSeen' | 'hours' | 'occasions'> {
  project: string;
  /** Null: nobody knows when it was seen. */
  firstHoursAgo: number | null;
  lastHoursAgo: number | null;
  tags?: Record<string, string>;
}

/** Fills an empty Sentry: the shop's projects, their people, and the errors of a few weeks. */
export function seedSandboxSentry(world: SandboxSentryWorld): void {
  world.state.organization.name = 'Acme';
  const lena = addPerson(world, 'Lena Brandt', 'lena.brandt@acme.example');
  const sam = addPerson(world, 'Sam Okoro', 'sam.okoro@acme.example');
  const olga = addPerson(world, 'Olga Tanaka', 'olga.tanaka@acme.example');
  const checkout = addTeam(world, 'checkout', [lena, olga]);
  const backend = addTeam(world, 'backend', [sam]);
  const past = { createdAt: ago(world, 24 * 200) };
  const project = (slug: string, name: string, platform: string | null, teams: string[], releases: string[]): void =>
    void addProject(world, { slug, name, platform, teams, releases, ...past });
  project(
    'shop-web',
    'Shop Web',
    'javascript-react',
    [checkout],
    ['shop-web@4.11.0', 'shop-web@4.12.0', 'shop-web@4.12.1'],
  );
  project('api', 'API', 'python-django', [backend], ['api@2.7.0', 'api@2.8.0']);
  project('etl', 'ETL', 'python', [backend], []);
  project('app', 'App', null, [checkout], ['app@1.30.0']);
  addApp(world, {
    slug: 'throughline',
    name: 'Throughline',
    uuid: APP,
    installation: INSTALLATION,
    clientSecret: SANDBOX_SENTRY_SECRET,
  });
  const scopes = ['event:read', 'event:write', 'org:read', 'project:read'];
  addSentryToken(world, SANDBOX_SENTRY_TOKEN, { kind: 'integration', appId: APP, scopes });
  for (const issue of SEED_SENTRY_ISSUES) seedIssue(world, issue);
}

function ago(world: SandboxSentryWorld, hours: number): string {
  return new Date(world.now().getTime() - hours * HOUR_MS).toISOString();
}

function seedIssue(world: SandboxSentryWorld, seed: SeedSentryIssue): void {
  const { project: slug, firstHoursAgo, lastHoursAgo, tags = {}, ...more } = seed;
  const project = findProject(world.state, slug);
  if (project === null) throw new Error(`the seed has no project ${slug}`);
  const lastSeen = lastHoursAgo === null ? null : ago(world, lastHoursAgo);
  const firstSeen = firstHoursAgo === null ? null : ago(world, firstHoursAgo);
  const release = project.releases.at(-1) ?? null;
  const user = { id: '9931', email: 'kim@example.org', name: 'Kim', ip: '203.0.113.9' };
  const event = { release, tags, user: more.userCount === 0 ? null : user };
  const issue = addIssue(world, project, {
    ...more,
    firstSeen,
    lastSeen,
    hours: firstSeen === null || lastSeen === null ? [] : spread(more.count ?? 1, hourOf(firstSeen), hourOf(lastSeen)),
    occasions: lastSeen === null ? [] : [occasion(lastSeen, event)],
  });
  const [person] = world.state.people;
  if (more.status === 'resolved' && person !== undefined)
    noteActivity(world, issue, { type: 'set_resolved', actor: { kind: 'person', person } });
}

const HOURS_MAX = 400;

/** Events over the hours in which it was seen: waves, as days and nights make them, and at least the last hour. */
function spread(count: number, first: number, last: number): [number, string, number][] {
  const from = Math.max(first, last - HOURS_MAX);
  const weights = Array.from({ length: last - from + 1 }, (_, at) => 1 + Math.sin((at / 24) * 2 * Math.PI));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const hours = weights
    .map((weight, at): [number, string, number] => [from + at, 'production', Math.floor((count * weight) / total)])
    .filter(([, , events]) => events > 0);
  const left = count - hours.reduce((sum, [, , events]) => sum + events, 0);
  return [
    ...hours.filter(([hour]) => hour !== last),
    [last, 'production', left + (hours.find(([hour]) => hour === last)?.[2] ?? 0)],
  ];
}
