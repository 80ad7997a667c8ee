import { inTransaction } from '../db/db.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import { after, DAY_MS, HOUR_MS } from '../lib/clock.ts';
import { sha256 } from '../lib/fernet.ts';
import { HttpProblem } from '../lib/problem.ts';
import { existsSystemAdmin } from './accounts.store.ts';
import { deleteSetupLinks, insertLink, lockSetup, useLinkOnce } from './links.store.ts';
import type { LinkPurpose } from './links.store.ts';
import { newRandomToken } from './random-tokens.ts';

const VALID_MS: Record<LinkPurpose, number> = {
  setup: 24 * HOUR_MS,
  password: 7 * DAY_MS,
  sign_in: 12 * HOUR_MS,
};

/** The page each link opens. The token follows `#`, so that it stays out of every server's log. */
const PAGES: Record<LinkPurpose, string> = { setup: '/setup', password: '/password', sign_in: '/link' };

/** Makes a link that works once. `accountId` is null only for the set-up link, which makes its account. */
export async function makeLink(
  ctx: Ctx & { publicUrl: string },
  purpose: LinkPurpose,
  accountId: string | null,
  tenantId: string | null,
): Promise<string> {
  const token = newRandomToken();
  const now = ctx.now();
  await insertLink(ctx.sql, {
    token_hash: sha256(token),
    purpose,
    account_id: accountId,
    tenant_id: tenantId,
    created_at: now,
    expires_at: after(now, VALID_MS[purpose]),
  });
  return `${ctx.publicUrl}${PAGES[purpose]}#token=${token}`;
}

/** Uses a link up. Throws a 400 when it was used before, is too old, or never was one. */
export async function spendLink(sql: Sql, token: string, purpose: LinkPurpose, now: Date) {
  const link = await useLinkOnce(sql, sha256(token), purpose, now);
  if (link !== undefined) return link;
  const next = {
    setup: 'Start the server again: it prints a new one.',
    password: 'Ask an admin for a new one.',
    sign_in: 'Start the demo again, or sign in with a password.',
  }[purpose];
  throw new HttpProblem(400, `This link was used already or is too old. ${next}`);
}

/**
 * The link that makes the first system admin, null when there is one. Replaces the link of an earlier start, so that only
 * the one printed last works.
 */
export async function firstRunLink(ctx: Ctx, publicUrl: string): Promise<string | null> {
  return inTransaction(ctx.sql, async (sql) => {
    await lockSetup(sql);
    if (await existsSystemAdmin(sql)) return null;
    await deleteSetupLinks(sql);
    return makeLink({ ...ctx, sql, publicUrl }, 'setup', null, null);
  });
}
