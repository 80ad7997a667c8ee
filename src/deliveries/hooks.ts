import { deleteHookRow, findRepositoryOf, selectHooks, updateHook } from './hooks.store.ts';
import { ensureWebhookSecret, webhookUrl } from './webhook-secret.ts';
import { hookSentence, openDoor, placeOf, placeOfRepository, valueOf } from './hook-door.ts';
import { recordAudit } from '../audit/audit.ts';
import type { DeliveriesCtx, HookRow, KnownRepository } from './deliveries.model.ts';
import type { Github } from '../github/github.model.ts';
import type { GithubHook } from '../github/github-reads.model.ts';
import type { HookChange } from '../contract/deliveries.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/** This hub's hooks for a repository as GitHub has them now; as last known, with the reason, when it does not answer. */
export async function readHooks(
  ctx: DeliveriesCtx,
  repository: KnownRepository,
): Promise<{ items: HookRow[]; others: number; problem: string | null }> {
  const { connection, github } = await openDoor(ctx, repository.connectionId);
  const known = await hooksFor(ctx, repository);
  const place = placeOfRepository(repository);
  const found = await github.hooks(place);
  if (!found.ok) return { items: known, others: 0, problem: hookSentence(found.failure) };
  const url = webhookUrl(ctx.publicUrl, connection.id);
  const own = await Promise.all(
    known.map(async (row) =>
      row.target_kind === 'repository' ? refreshHook(ctx, row, found.value) : refreshElsewhere(ctx, github, row),
    ),
  );
  const others = found.value.filter((hook) => hook.url !== url && !known.some((row) => row.github_id === hook.id));
  return { items: own, others: others.length, problem: null };
}

async function hooksFor(ctx: DeliveriesCtx, repository: KnownRepository): Promise<HookRow[]> {
  const known: HookRow[] = [];
  for (const row of await selectHooks(ctx.sql, repository.connectionId))
    if (await concerns(ctx, row, repository)) known.push(row);
  return known;
}

async function concerns(ctx: DeliveriesCtx, row: HookRow, { id, fullName }: KnownRepository): Promise<boolean> {
  if (row.target_kind === 'app') return true;
  if (row.target_kind === 'organization') return isSameName(row.target, ownerOf(fullName));
  const own = await findRepositoryOf(ctx.sql, row);
  if (own !== null && own.id !== null && id !== null) return own.id === id;
  return isSameName(own?.fullName ?? row.target, fullName);
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

async function refreshElsewhere(ctx: DeliveriesCtx, github: Github, row: HookRow): Promise<HookRow> {
  const found = await github.hooks(await placeOf(ctx, row));
  return found.ok ? refreshHook(ctx, row, found.value) : row;
}

/** Keeps what GitHub says of a hook of ours; `hooks` are all at its place. */
export async function refreshHook(ctx: DeliveriesCtx, row: HookRow, hooks: readonly GithubHook[]): Promise<HookRow> {
  const hook = row.target_kind === 'app' ? hooks[0] : hooks.find(({ id }) => id === row.github_id);
  if (hook === undefined) {
    const message =
      'GitHub no longer has this webhook: somebody removed it there. Remove it here too, or make it anew.';
    return (await updateHook(ctx.sql, row.id, { active: false, message })) ?? row;
  }
  // an App has one address for all the connections it serves
  const own = row.target_kind === 'app' ? `${ctx.publicUrl}/` : webhookUrl(ctx.publicUrl, row.connection_id);
  const wrong = hook.url.startsWith(own) ? null : elsewhere(hook.url);
  return (await updateHook(ctx.sql, row.id, { ...seen(hook), message: wrong })) ?? row;
}

function elsewhere(url: string): string {
  return `It sends to ${url === '' ? 'no address' : url}, not to this hub. Press Save to set its address, or change it on GitHub.`;
}

/** Changes events or the switch of a hook; also sets our address and secret anew, which mends one that signs wrongly. */
export async function editHook(
  ctx: DeliveriesCtx,
  principal: Principal,
  row: HookRow,
  change: HookChange,
): Promise<HookRow> {
  const { connection, github } = await openDoor(ctx, row.connection_id);
  const secret = await ensureWebhookSecret(ctx, connection);
  const url = webhookUrl(ctx.publicUrl, connection.id);
  const { events, active } = change;
  const wanted = {
    url,
    secret,
    ...(events === undefined ? {} : { events }),
    ...(active === undefined ? {} : { active }),
  };
  const hook = valueOf(await github.changeHook(await placeOf(ctx, row), row.github_id ?? 0, wanted));
  return ctx.sql.transaction().execute(async (sql) => {
    const changed = await updateHook(sql, row.id, { ...seen(hook), message: null });
    await recordAudit(sql, principal, {
      action: 'hook.updated',
      subject: `hook:${row.id}`,
      tenantId: row.tenant_id,
      before: { events: row.events, active: row.active },
      after: change,
    });
    return changed ?? row;
  });
}

/** Removes a hook at GitHub and here; one that GitHub no longer has is only removed here. */
export async function removeHook(ctx: DeliveriesCtx, principal: Principal, row: HookRow): Promise<void> {
  const { github } = await openDoor(ctx, row.connection_id);
  const removed = await github.deleteHook(await placeOf(ctx, row), row.github_id ?? 0);
  if (!removed.ok && removed.failure.kind !== 'not_found') valueOf(removed);
  await ctx.sql.transaction().execute(async (sql) => {
    await deleteHookRow(sql, row.id);
    await recordAudit(sql, principal, {
      action: 'hook.deleted',
      subject: `hook:${row.id}`,
      tenantId: row.tenant_id,
      before: { target: row.target, url: row.url },
    });
  });
}

/** Lets GitHub send a ping, and returns the hook as GitHub has it then. */
export async function pingHook(ctx: DeliveriesCtx, row: HookRow): Promise<HookRow> {
  const { github } = await openDoor(ctx, row.connection_id);
  const place = await placeOf(ctx, row);
  valueOf(await github.pingHook(place, row.github_id ?? 0));
  const hooks = await github.hooks(place);
  return hooks.ok ? refreshHook(ctx, row, hooks.value) : row;
}

/** What GitHub shows of a hook, as columns; of an organisation's it does not tell the last answer, the log does. */
export function seen(hook: GithubHook) {
  const { url, events, active, lastCode, lastMessage } = hook;
  return { url, events, active, ...(lastCode === null ? {} : { last_code: lastCode, last_message: lastMessage }) };
}

export function ownerOf(fullName: string): string {
  return fullName.split('/')[0] ?? fullName;
}
