import { ensureWebhookSecret, webhookUrl } from './webhook-secret.ts';
import { eventsFor, whyUnreachable } from './hooks.decide.ts';
import { HttpProblem } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { openDoor, placeOfRepository, valueOf } from './hook-door.ts';
import { ownerOf, seen } from './hooks.ts';
import { recordAudit } from '../audit/audit.ts';
import { upsertHook } from './hooks.store.ts';
import type { DeliveriesCtx, HookRow, KnownRepository } from './deliveries.model.ts';
import type { Github } from '../github/github.model.ts';
import type { GithubHook, HookPlace } from '../github/github-reads.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/**
 * Makes a webhook that sends to this hub, or takes over the one that already does: asked twice, or after a lost answer, there is
 * one. Throws a problem in plain words when GitHub cannot reach us or refuses.
 */
export async function makeHook(
  ctx: DeliveriesCtx,
  principal: Principal,
  repository: KnownRepository,
  kind: 'repository' | 'organization',
): Promise<HookRow> {
  const { connection, github } = await openDoor(ctx, repository.connectionId);
  const why = whyUnreachable(ctx.publicUrl, connection.baseUrl);
  if (why !== null) throw new HttpProblem(409, why);
  const target = kind === 'organization' ? ownerOf(repository.fullName) : repository.fullName;
  const place = kind === 'organization' ? { organization: target } : placeOfRepository(repository);
  const secret = await ensureWebhookSecret(ctx, connection);
  const wanted = { url: webhookUrl(ctx.publicUrl, connection.id), events: eventsFor(kind), secret };
  const { hook, adopted } = await createOrAdopt(github, place, wanted);
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await upsertHook(sql, {
      id: newId(ctx.now()),
      tenant_id: connection.tenantId,
      connection_id: connection.id,
      target,
      target_kind: kind,
      github_id: hook.id,
      message: null,
      ...seen(hook),
    });
    await recordAudit(sql, principal, {
      action: adopted ? 'hook.adopted' : 'hook.created',
      subject: `hook:${row.id}`,
      tenantId: connection.tenantId,
      after: { target, url: hook.url, events: hook.events },
    });
    return row;
  });
}

interface Wanted {
  url: string;
  events: string[];
  secret: string;
}

// GitHub is asked first: a hook of ours may be left from a lost answer, an older database, or a person's own hands
async function createOrAdopt(
  github: Github,
  place: HookPlace,
  wanted: Wanted,
): Promise<{ hook: GithubHook; adopted: boolean }> {
  const present = valueOf(await github.hooks(place)).find(({ url }) => url === wanted.url);
  if (present !== undefined) return { hook: await takeOver(github, place, present, wanted), adopted: true };
  const created = await github.createHook(place, wanted);
  if (created.ok) return { hook: created.value, adopted: false };
  const { kind } = created.failure;
  // "Hook already exists", or sent and not answered: whether it is there, the list tells; nothing is sent twice
  if (kind !== 'invalid' && kind !== 'outcome_unknown') return valueOf(created);
  const found = valueOf(await github.hooks(place)).find(({ url }) => url === wanted.url);
  if (found === undefined) return valueOf(created);
  return { hook: await takeOver(github, place, found, wanted), adopted: true };
}

async function takeOver(github: Github, place: HookPlace, hook: GithubHook, wanted: Wanted): Promise<GithubHook> {
  const events = hook.events.includes('*') ? hook.events : [...new Set([...hook.events, ...wanted.events])];
  return valueOf(await github.changeHook(place, hook.id, { ...wanted, events, active: true }));
}
