import { deliveryRowOf, readArrived } from './delivery-row.ts';
import { hookSentence, placeOf } from './hook-door.ts';
import { insertDeliveries, selectHolders } from './inbox.store.ts';
import { keepersOf, lackingOf } from './app-family.decide.ts';
import { needsLook, newestOf, onePerGuid, pullSpan, wantedFrom } from './pull.decide.ts';
import { publish } from '../db/db.ts';
import { refreshHook } from './hooks.ts';
import { selectAppHooks, updateHook } from './hooks.store.ts';
import type { AppMember } from './app-members.ts';
import type { DeliveriesCtx, HookRow, OnGap } from './deliveries.model.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubDeliverySummary, HookPlace } from '../github/github-reads.model.ts';
import type { ReadDelivery } from './delivery-row.ts';
import type { RowChange } from '../db/db.model.ts';

/** A log longer than this, or with more missing, is not read to its end: comparing the repositories costs GitHub less. */
const LOG_MAX = 20_000;
const MISSING_MAX = 1000;

/** Who asks, and all whose deliveries the log holds, the asker among them. */
export interface Puller {
  connection: GithubConnection;
  github: Github;
  family: readonly AppMember[];
}

interface Pull extends Puller {
  ctx: DeliveriesCtx;
  hook: HookRow;
  /** The rows of the webhook: of an App's one for each connection. */
  rows: HookRow[];
  wanted: Date;
  place: HookPlace;
}

/**
 * Compares GitHub's log of a hook with what is here, and fetches what never arrived (SPEC W3). What comes this way is stored as a
 * post would be, and trusted no more. What GitHub no longer has is handed to `onGap`, once. Returns how many were fetched.
 */
export async function pullHook(ctx: DeliveriesCtx, puller: Puller, row: HookRow, onGap: OnGap): Promise<number> {
  const askedAt = ctx.now();
  const members = puller.family.map(({ id }) => id);
  const rows = row.target_kind === 'app' ? await selectAppHooks(ctx.sql, members) : [row];
  const pull = { ctx, ...puller, hook: row, rows, wanted: wantedFrom(rows), place: await placeOf(ctx, row) };
  const { since, isGap } = pullSpan(pull.wanted, puller.connection.baseUrl, askedAt);
  const log = await readLog(pull, since);
  if (!log.ok) return giveUp(pull, log.failure);
  if (needsLook(row, log.entries)) await look(pull);
  const missing = await missingOf(pull, log.entries);
  const isTooMuch = !log.isComplete || missing.length > MISSING_MAX;
  const fetched = isTooMuch ? { stored: 0, lost: 0, stoppedAt: null } : await fetchAll(pull, missing);
  if (isGap || isTooMuch || fetched.lost > 0) await reportGap(pull, onGap);
  const newest = newestOf(log.entries);
  await updateRows(pull, {
    checked_at: askedAt,
    pulled_until: fetched.stoppedAt ?? askedAt,
    ...(newest === null ? {} : { last_code: newest.code, last_message: newest.status }),
  });
  if (fetched.stored > 0)
    ctx.log.info({ hook: row.id, fetched: fetched.stored }, 'deliveries that never arrived were fetched from GitHub');
  return fetched.stored;
}

async function updateRows({ ctx, rows }: Pull, change: RowChange<'hooks'>): Promise<void> {
  for (const { id } of rows) await updateHook(ctx.sql, id, change);
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

interface Missing extends GithubDeliverySummary {
  lacking: AppMember[];
}

// the log of an App holds what happens at everybody who installed it
async function missingOf({ ctx, connection, family }: Pull, log: Log['entries']): Promise<Missing[]> {
  const asker = family.find(({ id }) => id === connection.id);
  if (asker === undefined) return [];
  const entries = onePerGuid(log)
    .map((entry) => ({ ...entry, keepers: keepersOf(family, entry, asker) }))
    .filter(({ keepers }) => keepers.length > 0);
  const held = await selectHolders(
    ctx.sql,
    family.map(({ id }) => id),
    entries.map(({ guid }) => guid),
  );
  return entries
    .map(({ keepers, ...entry }) => ({ ...entry, lacking: lackingOf(keepers, family, held.get(entry.guid) ?? NOBODY) }))
    .filter(({ lacking }) => lacking.length > 0);
}

const NOBODY: ReadonlySet<string> = new Set();

interface Fetched {
  stored: number;
  /** GitHub lists them but has no payload any more. */
  lost: number;
  /** Everything before this is stored; null: everything. */
  stoppedAt: Date | null;
}

async function fetchAll(pull: Pull, missing: readonly Missing[]): Promise<Fetched> {
  const { ctx, github, hook, place } = pull;
  const fetched: Fetched = { stored: 0, lost: 0, stoppedAt: null };
  for (const { id, guid, event, deliveredAt, lacking } of missing) {
    const answer = await github.delivery(place, hook.github_id, id);
    if (!answer.ok && !isLost(answer.failure)) {
      await giveUp(pull, answer.failure);
      return { ...fetched, stoppedAt: deliveredAt };
    }
    const bytes = answer.ok ? Buffer.from(answer.value.payload) : null;
    const arrived = { guid, hookId: hook.github_id, event, at: deliveredAt };
    const read = bytes === null ? null : readArrived({ ...arrived, bytes }, false);
    if (read !== null) await storePulled(ctx, read, lacking);
    if (read !== null) fetched.stored += 1;
    // what was lost before was told before
    else if (deliveredAt > pull.wanted) fetched.lost += 1;
  }
  return fetched;
}

async function storePulled(ctx: DeliveriesCtx, read: ReadDelivery, keepers: readonly AppMember[]): Promise<void> {
  for (const { id: connectionId, tenantId } of keepers) {
    const row = deliveryRowOf({ tenantId, connectionId, cameBy: 'pull' }, read, ctx.now());
    await insertDeliveries(ctx.sql, [row]);
    await publish(ctx.sql, { kind: 'delivery', id: row.id, tenantId });
  }
}

function isLost({ kind }: GithubFailure): boolean {
  return kind === 'not_found' || kind === 'gone' || kind === 'unexpected';
}

async function reportGap({ ctx, family, hook }: Pull, onGap: OnGap): Promise<void> {
  ctx.log.warn({ hook: hook.id }, 'deliveries are missing that GitHub no longer has; the repositories are compared');
  for (const { connection } of family) await onGap(connection);
}

/** Asks GitHub how the hook fares, where the log does not show that it is well. */
async function look({ ctx, github, rows, place }: Pull): Promise<void> {
  const found = await github.hooks(place);
  if (found.ok) for (const row of rows) await refreshHook(ctx, row, found.value);
}

// Outages and limits pass and are told elsewhere; what a person must mend stays with the hook.
async function giveUp(pull: Pull, failure: GithubFailure): Promise<number> {
  const { ctx, hook } = pull;
  ctx.log.warn({ hook: hook.id, kind: failure.kind }, "a hook's deliveries could not be compared; it is tried again");
  const isLasting = ['unauthorized', 'forbidden', 'not_found', 'invalid'].includes(failure.kind);
  if (isLasting) await updateRows(pull, { message: hookSentence(failure) });
  if (failure.kind === 'not_found') await look(pull); // the hook may be gone
  return 0;
}
