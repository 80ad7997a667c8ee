import type { SandboxSentryWorld } from '../../src/sandbox/sentry-world.model.ts';
import { addApp, addPerson, addProject, addSentryToken, addTeam } from '../../src/sandbox/sentry-state.ts';

/** What a fresh fake Sentry is found to have: the tests' settings name these. */
export const FAKE_ORGANIZATION = 'acme';
/** The internal integration's token: reads, writes, may link. */
export const FAKE_SENTRY_TOKEN = 'a1'.repeat(32);
/** May only read. */
export const READ_ONLY_TOKEN = 'sntryu_read_only';
/** A person's own, who may read and write. */
export const PERSONAL_TOKEN = 'sntryu_personal';
/** Of the organization, for builds: reads no issues. */
export const BUILD_TOKEN = 'sntrys_build';
export const FAKE_CLIENT_SECRET = 'c5'.repeat(32);
export const FAKE_INSTALLATION = '7a485448-a9e2-4c85-8a3c-4f44175783c9';
export const FAKE_APP = '1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9';

const EVERYTHING = ['event:read', 'event:write', 'event:admin', 'org:read', 'project:read'];

/** Two projects, two people in a team, an integration, tokens of each kind, and no issues. */
export function seedFakeSentry(world: SandboxSentryWorld): void {
  const li = addPerson(world, 'Li Wei', 'li.wei@acme.example');
  const kim = addPerson(world, 'Kim Berg', 'kim.berg@acme.example');
  const team = addTeam(world, 'checkout', [li, kim]);
  const releases = ['1.0.0', '1.1.0'];
  addProject(world, { slug: 'shop-web', name: 'Shop Web', platform: 'javascript-react', teams: [team], releases });
  addProject(world, { slug: 'api', name: 'API', platform: 'python-django', teams: [team] });
  addApp(world, {
    slug: 'throughline',
    name: 'Throughline',
    uuid: FAKE_APP,
    installation: FAKE_INSTALLATION,
    clientSecret: FAKE_CLIENT_SECRET,
  });
  addSentryToken(world, FAKE_SENTRY_TOKEN, { kind: 'integration', appId: FAKE_APP, scopes: EVERYTHING });
  addSentryToken(world, PERSONAL_TOKEN, { personId: li.id, scopes: EVERYTHING });
  addSentryToken(world, READ_ONLY_TOKEN, { personId: kim.id, scopes: ['event:read', 'org:read', 'project:read'] });
  addSentryToken(world, BUILD_TOKEN, { kind: 'organization', scopes: ['org:ci'] });
}
