import { appOf } from '../connections/connections.ts';
import { deliveryRowOf } from './delivery-row.ts';
import { hookSentence, placeOf } from './hook-door.ts';
import { insertDeliveries, selectKnownGuids } from './deliveries.store.ts';
import { needsLook, newestOf, onePerGuid, pullSpan } from './pull.decide.ts';
import { publish } from '../db/db.ts';
import { refreshHook } from './hooks.ts';
import { updateHook } from './hooks.store.ts';
import type { DeliveriesCtx, HookRow, OnGap } from './deliveries.model.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubDeliverySummary, HookPlace } from '../github/github-reads.model.ts';

/** A log longer than this, or with more missing, is not read to its end: comparing the repositories costs GitHub less. */
const LOG_MAX = 20_000;
const MISSING_MAX = 1000;

interface Pull {
  ctx: DeliveriesCtx;
  connection: GithubConnection;
  github: Github;
  hook: HookRow;
  place: HookPlace;
}

/**
 * Compares GitHub's log of a hook with what is here, and fetches what never arrived (SPEC W3). What comes this way is stored as a
 * post would be, and trusted no more. What GitHub no longer has is handed to `onGap`, once. Returns how many were fetched.
 */
export async function pullHook(
  ctx: DeliveriesCtx,
  { connection, github }: { connection: GithubConnection; github: Github },
  row: HookRow,
  onGap: OnGap,
): Promise<number> {
  const askedAt = ctx.now();
  const pull = { ctx, connection, github, hook: row, place: await placeOf(ctx, row) };
  const { since, isGap } = pullSpan(row, connection.baseUrl, askedAt);
  const log = await readLog(pull, since);
  if (!log.ok) return giveUp(pull, log.failure);
  if (needsLook(row, log.entries)) await look(pull);
  const missing = await missingOf(pull, log.entries);
  const isTooMuch = !log.isComplete || missing.length > MISSING_MAX;
  const fetched = isTooMuch ? { stored: 0, lost: 0, stoppedAt: null } : await fetchAll(pull, missing);
  if (isGap || isTooMuch || fetched.lost > 0) await reportGap(pull, onGap);
  const newest = newestOf(log.entries);
  await updateHook(ctx.sql, row.id, {
    pulled_until: fetched.stoppedAt ?? askedAt,
    ...(newest === null ? {} : { last_code: newest.code, last_message: newest.status }),
  });
  if (fetched.stored > 0)
    ctx.log.info({ hook: row.id, fetched: fetched.stored }, 'deliveries that never arrived were fetched from GitHub');
  return fetched.stored;
}

interface Log {
  ok: true;
  entries: GithubDeliverySummary[];
  isComplete: boolean;
}

async function readLog(
  { github, hook, place }: Pull,
  since: Date,
): Promise<Log | { ok: false; failure: GithubFailure }> {
  const entries: GithubDeliverySummary[] = [];
  let next: string | null = null;
  do {
    const page = await github.deliveryPage(place, hook.github_id, { next });
    if (!page.ok) return { ok: false, failure: page.failure };
    const recent = page.value.items.filter(({ deliveredAt }) => deliveredAt >= since);
    entries.push(...recent);
    // newest first: a page with older ones is the last that matters
    if (recent.length < page.value.items.length) return { ok: true, entries, isComplete: true };
    ({ next } = page.value);
  } while (next !== null && entries.length < LOG_MAX);
  return { ok: true, entries, isComplete: next === null };
}

// the log of an App holds what happens at everybody who installed it
function isOurs({ installationId }: GithubDeliverySummary, installation: number | null): boolean {
  return installation === null || installationId === null || installationId === installation;
}

async function missingOf({ ctx, connection }: Pull, log: Log['entries']): Promise<GithubDeliverySummary[]> {
  const installation = appOf(ctx.keyring, connection)?.installation_id ?? null;
  const entries = onePerGuid(log.filter((entry) => isOurs(entry, installation)));
  const guids = entries.map(({ guid }) => guid);
  const known = await selectKnownGuids(ctx.sql, connection.id, guids);
  return entries.filter(({ guid }) => !known.has(guid));
}

interface Fetched {
  stored: number;
  /** GitHub lists them but has no payload any more. */
  lost: number;
  /** Everything before this is stored; null: everything. */
  stoppedAt: Date | null;
}

async function fetchAll(pull: Pull, missing: readonly GithubDeliverySummary[]): Promise<Fetched> {
  const { ctx, connection, github, hook, place } = pull;
  const fetched: Fetched = { stored: 0, lost: 0, stoppedAt: null };
  const way = { tenantId: connection.tenantId, connectionId: connection.id, cameBy: 'pull' } as const;
  for (const { id, guid, event, deliveredAt } of missing) {
    const answer = await github.delivery(place, hook.github_id, id);
    if (!answer.ok && !isLost(answer.failure)) {
      await giveUp(pull, answer.failure);
      return { ...fetched, stoppedAt: deliveredAt };
    }
    const bytes = answer.ok ? Buffer.from(answer.value.payload) : null;
    const arrived = { guid, hookId: hook.github_id, event, at: deliveredAt };
    const row = bytes === null ? null : deliveryRowOf(way, { ...arrived, bytes }, ctx.now());
    if (row === null) {
      // what was lost before was told before
      if (hook.pulled_until === null || deliveredAt > hook.pulled_until) fetched.lost += 1;
      continue;
    }
    await insertDeliveries(ctx.sql, [row]);
    await publish(ctx.sql, { kind: 'delivery', id: row.id, tenantId: connection.tenantId });
    fetched.stored += 1;
  }
  return fetched;
}

function isLost({ kind }: GithubFailure): boolean {
  return kind === 'not_found' || kind === 'gone' || kind === 'unexpected';
}

async function reportGap({ ctx, connection, hook }: Pull, onGap: OnGap): Promise<void> {
  ctx.log.warn({ hook: hook.id }, 'deliveries are missing that GitHub no longer has; the repositories are compared');
  await onGap(connection);
}

/** Asks GitHub how the hook fares, where the log does not show that it is well. */
async function look({ ctx, github, hook, place }: Pull): Promise<void> {
  const found = await github.hooks(place);
  if (found.ok) await refreshHook(ctx, hook, found.value);
}

// Outages and limits pass and are told elsewhere; what a person must mend stays with the hook.
async function giveUp(pull: Pull, failure: GithubFailure): Promise<number> {
  const { ctx, hook } = pull;
  ctx.log.warn({ hook: hook.id, kind: failure.kind }, "a hook's deliveries could not be compared; it is tried again");
  const isLasting = ['unauthorized', 'forbidden', 'not_found', 'invalid'].includes(failure.kind);
  if (isLasting) await updateHook(ctx.sql, hook.id, { message: hookSentence(failure) });
  if (failure.kind === 'not_found') await look(pull); // the hook may be gone
  return 0;
}
