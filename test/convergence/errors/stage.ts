import { addRepository, addToken, addUser, addOrganization } from '../../../src/sandbox/sandbox-state.ts';
import { changeRule } from '../../../src/errors/rules/manage-rules.ts';
import { connectionsOf, ensureEnvironmentConnection } from '../../../src/connections/connections.ts';
import { createRule, createSentryConnection } from '../../../src/errors/errors.ts';
import { deriveKeyring, seal } from '../../../src/lib/keyring.ts';
import { ensureFirstTenant } from '../../../src/tenants/tenants.ts';
import { FAKE_BOT, FAKE_DEVELOPER, FAKE_REPOSITORY, FAKE_TOKEN } from '../../fakes/github-finding.ts';
import { FAKE_CLIENT_SECRET } from '../../fakes/sentry-finding.ts';
import { GITHUB_HOOK_SECRET, letterOfGithub, letterOfSentry } from './letters.ts';
import { MAPPED, nobodyYet, performError, STRANGER } from './acts.ts';
import { PROGRAM } from '../../crash/cell.ts';
import { ruleChange, ruleDrafts } from './rules.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { selectRule } from '../../../src/errors/rules/rules.store.ts';
import { SentryConnectionDraft, SentryRuleDraft } from '../../../src/contract/sentry.ts';
import { startErrorsHub } from './hub.ts';
import { startFakeGithub } from '../../fakes/github-server.ts';
import { startFakeSentry } from '../../fakes/sentry.ts';
import { watchRequests } from './requests.ts';
import type { ErrorAct, ErrorHistory, Look } from './history.ts';
import type { ErrorScene } from './acts.ts';
import type { ErrorsHub } from './hub.ts';
import type { Letter } from './letters.ts';
import type { RuleChangeName } from './rules.ts';
import type { SandboxWorld } from '../../../src/sandbox/sandbox.model.ts';
import type { SentryRuleChange } from '../../../src/contract/sentry.ts';

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;
const KEYRING = deriveKeyring([new Secret('the secret key of the histories of errors')]);

/** A Sentry, a GitHub, a hub between them, and what is under way, on a clock of their own. */
export interface ErrorsStage extends ErrorScene {
  hub(): ErrorsHub;
  /** Webhooks of both sides that nobody got yet. */
  underWay: Letter[];
  complaints: string[];
  pass(ms: number): void;
  act(act: ErrorAct): void;
  changeRule(which: 0 | 1, change: RuleChangeName): Promise<void>;
  /** What befalls requests from now on; null: nothing. */
  meet: (look: Look | null) => void;
  /** Requests so far that may have changed something on either side. */
  writes(): string[];
  /** A dead process is followed by the next, which has nothing but the database. */
  restart(): Promise<void>;
  /** The database is lost: the next hub is set up anew with the same settings. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export async function openErrorsStage(databaseUrl: string, history: ErrorHistory): Promise<ErrorsStage> {
  // links are dated by the database, whose clock must not be ahead of this one; by whole days, so that a day ends as it did
  const clock = { at: Math.ceil(Date.now() / DAY_MS) * DAY_MS + 10 * 3_600_000 };
  const beganAt = new Date(clock.at);
  const now = () => new Date(clock.at);
  const github = await startFakeGithub(null, { now, seed });
  const sentry = await startFakeSentry(null, { now });
  const complaints: string[] = [];
  const underWay: Letter[] = [];
  let processes = 0;
  const begin = () => {
    processes += 1;
    // every look at the clock takes a little time
    const hubNow = () => new Date((clock.at += 1));
    const surroundings = {
      databaseUrl,
      keyring: KEYRING,
      now: hubNow,
      complain: (words: string) => void complaints.push(words),
    };
    return startErrorsHub(surroundings, `hub ${processes}`, beganAt);
  };
  let hub = begin();
  const changes: [SentryRuleChange, SentryRuleChange] = [{}, {}];
  await emptied(hub);
  let ids = await setUp(hub, { github, sentry }, history, changes);
  github.world.emit = (happened) => void underWay.push(letterOfGithub(ids.connectionId, github, happened));
  sentry.world.emit = (happened) => void underWay.push(letterOfSentry(ids.sentryId, happened));
  const pass = (ms: number) => void (clock.at += ms);
  // a run that waits for a limit to end waits by the machine's clock, and asks this one whether it has ended
  const passing = setInterval(pass, SECOND_MS, SECOND_MS).unref();
  const scene: ErrorScene = { github, sentry, people: nobodyYet() };
  const act = (one: ErrorAct) => {
    pass(one.wait);
    performError(scene, one);
  };
  const { meet } = watchRequests({ github, sentry, hub: () => hub, act });
  return {
    ...scene,
    hub: () => hub,
    underWay,
    complaints,
    pass,
    act,
    async changeRule(which, name) {
      const change = ruleChange(name);
      Object.assign(changes[which], change);
      const rule = await selectRule(hub.ctx.sql, ids.ruleIds[which] ?? '', null);
      if (rule !== null) await changeRule(hub.ctx, PROGRAM, rule, change);
    },
    meet,
    writes: () =>
      [
        ...github.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/graphql')),
        ...sentry.requests.filter(({ method }) => method !== 'GET'),
      ].map(({ method, path }) => `${method} ${path}`),
    async restart() {
      await hub.close();
      hub = begin();
      // a lane's lease goes by the database's clock, which stands still here
      await hub.query('delete from lanes', []);
    },
    async forget() {
      await hub.close();
      hub = begin();
      // addresses of webhooks have the connection's id in them
      underWay.length = 0;
      await emptied(hub);
      ids = await setUp(hub, { github, sentry }, history, changes);
    },
    async close() {
      clearInterval(passing);
      await hub.close();
      await Promise.all([github.close(), sentry.close()]);
    },
  };
}

function seed(world: SandboxWorld): void {
  addUser(world, FAKE_BOT, { type: 'User' });
  addOrganization(world, 'acme', { [FAKE_DEVELOPER]: 'member' });
  const roles = { [FAKE_BOT]: 'push', [FAKE_DEVELOPER]: 'push', ann: 'push', bob: 'push', [STRANGER]: 'push' } as const;
  addRepository(world, FAKE_REPOSITORY, { roles });
  addToken(world, FAKE_TOKEN, { login: FAKE_BOT });
}

async function emptied({ query }: ErrorsHub): Promise<void> {
  const rows = await query(
    "select tablename from pg_tables where schemaname = 'public' and tablename not like '%migration%'",
    [],
  );
  await query(`truncate ${rows.map(({ tablename }) => `"${String(tablename)}"`).join(', ')}`, []);
}

interface Ids {
  connectionId: string;
  sentryId: string;
  ruleIds: string[];
}

async function setUp(
  { ctx, query }: ErrorsHub,
  { github, sentry }: Pick<ErrorScene, 'github' | 'sentry'>,
  history: ErrorHistory,
  changes: readonly SentryRuleChange[],
): Promise<Ids> {
  const tenant = await ensureFirstTenant(ctx);
  const { apiUrl, repository, token } = github;
  await ensureEnvironmentConnection(ctx, tenant.id, { apiUrl, repository, token: new Secret(token) });
  const [connection] = await connectionsOf(ctx.sql, tenant.id);
  if (connection === undefined) throw new Error('the connection was not made');
  const sealed = seal(KEYRING, new Secret(GITHUB_HOOK_SECRET), ctx.now());
  await query('update connections set webhook_secret_encrypted = $1', [sealed]);
  const draft = SentryConnectionDraft.parse({
    base_url: sentry.url,
    organization: sentry.organization,
    token: sentry.token,
    client_secret: FAKE_CLIENT_SECRET,
    people: MAPPED,
  });
  const { id: sentryId } = await createSentryConnection(ctx, PROGRAM, tenant.id, draft);
  const into = { sentry_connection_id: sentryId, connection_id: connection.id };
  const ruleIds: string[] = [];
  for (const [which, rule] of ruleDrafts(history.settings, into).entries())
    ruleIds.push((await createRule(ctx, PROGRAM, tenant.id, SentryRuleDraft.parse({ ...rule, ...changes[which] }))).id);
  return { connectionId: connection.id, sentryId, ruleIds };
}
