import { ended } from '../lib/sentence.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Repository } from '../contract/mirror.ts';

type HealthOf = Repository['health'];
type HookOf = Repository['hook'];

/** A schedule that was missed by this much is late. */
const SYNC_GRACE_MS = 15 * MINUTE_MS;
/** Failures that do not pass by themselves. */
const NEED_A_PERSON = ['unauthorized', 'forbidden', 'not_found', 'gone', 'moved'];
const LOST = {
  deleted: 'The repository was deleted on GitHub. What was mirrored is kept.',
  not_found: 'GitHub no longer shows the repository to this credential.',
};

/** A hook as GitHub last told of it. */
export interface HookFacts {
  active: boolean;
  lastCode: number | null;
  message: string | null;
}

/** The webhook of a repository in one word; the best of several counts. */
export function hookState(hooks: readonly HookFacts[], lastDeliveryAt: Date | null): HookOf {
  const last_delivery_at = lastDeliveryAt?.toISOString() ?? null;
  const states = hooks.map((hook) => ({ state: stateOf(hook), message: hook.message }));
  const best =
    states.find(({ state }) => state === 'healthy') ?? states.find(({ state }) => state === 'failing') ?? states[0];
  return best === undefined ? { state: 'none', last_delivery_at, message: null } : { ...best, last_delivery_at };
}

function stateOf({ active, lastCode }: HookFacts): 'healthy' | 'failing' | 'inactive' {
  if (!active) return 'inactive';
  return lastCode === null || (lastCode >= 200 && lastCode < 300) ? 'healthy' : 'failing';
}

/** A repository's mirror in one word, and why (SPEC T2). `importing`: an import is under way. */
export function repositoryHealth(
  repository: MirroredRepository,
  connection: Pick<GithubConnection, 'enabled' | 'pausedAt' | 'pausedMessage' | 'restUntil' | 'restMessage'>,
  hook: HookOf,
  importing: boolean,
  now: Date,
): HealthOf {
  return (
    switchedOff(repository, connection) ??
    blocked(repository, connection) ??
    late(repository, connection, hook, importing, now) ?? {
      ...NOTHING,
      word: 'healthy',
      reason: repository.synced_at === null ? 'Not synced yet; it runs by schedule.' : 'The last sync went well.',
    }
  );
}

const NOTHING = { since: null, fix: null };

function switchedOff(repository: MirroredRepository, connection: { enabled: boolean }): HealthOf | null {
  if (!connection.enabled) return { ...NOTHING, word: 'off', reason: 'The connection is switched off.' };
  if (repository.paused_at === null) return null;
  return {
    word: 'off',
    reason: 'A person paused it: nothing is read.',
    since: repository.paused_at.toISOString(),
    fix: 'Press Resume.',
  };
}

function blocked(
  { gone, gone_at, failure_kind, failure_message }: MirroredRepository,
  connection: Pick<GithubConnection, 'pausedAt' | 'pausedMessage'>,
): HealthOf | null {
  if (connection.pausedAt !== null)
    return {
      word: 'blocked',
      since: connection.pausedAt.toISOString(),
      reason: ended(connection.pausedMessage ?? 'GitHub refuses the credential.'),
      fix: 'When that is done, press Resume on the page of the connection.',
    };
  if (gone !== null)
    return {
      word: 'blocked',
      since: gone_at?.toISOString() ?? null,
      reason: LOST[gone],
      fix: gone === 'deleted' ? 'Untrack it.' : 'Give the credential access to it again, or untrack it.',
    };
  if (failure_kind === null || !NEED_A_PERSON.includes(failure_kind)) return null;
  return {
    ...NOTHING,
    word: 'blocked',
    reason: failure_message ?? 'GitHub refuses to show it.',
    fix: 'Test the connection: it names what is missing.',
  };
}

function late(
  repository: MirroredRepository,
  connection: Pick<GithubConnection, 'restUntil' | 'restMessage'>,
  hook: HookOf,
  importing: boolean,
  now: Date,
): HealthOf | null {
  if (connection.restUntil !== null && connection.restUntil > now)
    return {
      ...NOTHING,
      word: 'delayed',
      reason: `${ended(connection.restMessage ?? 'GitHub does not answer.')} It is tried again by itself.`,
    };
  // its sentence says already when it goes on, and asking sooner would only be refused
  if (repository.failure_kind === 'rate_limited')
    return { ...NOTHING, word: 'delayed', reason: repository.failure_message ?? 'GitHub asks to wait.' };
  if (repository.failure_kind !== null)
    return {
      ...NOTHING,
      word: 'delayed',
      reason: `The last run ended early: ${repository.failure_message ?? 'the log says why.'}`,
      fix: 'It is tried again by itself; press Sync to try now.',
    };
  if (importing || (repository.mirrors === 'all' && repository.imported_at === null))
    return {
      ...NOTHING,
      word: 'importing',
      reason: importing ? 'The first import is under way.' : 'The first import waits for its turn.',
    };
  if (repository.sync_due_at !== null && now.getTime() - repository.sync_due_at.getTime() > SYNC_GRACE_MS)
    return {
      word: 'delayed',
      since: repository.sync_due_at.toISOString(),
      reason: 'The scheduled sync did not run. Is a worker running?',
      fix: 'Start "throughline serve" or "throughline worker".',
    };
  if (hook.state !== 'failing') return null;
  return {
    ...NOTHING,
    word: 'delayed',
    reason: `The webhook fails, so changes are seen by schedule only.${hook.message === null ? '' : ` ${ended(hook.message)}`}`,
    fix: 'Look at its webhooks: they say what to do.',
  };
}
