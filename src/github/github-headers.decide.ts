import { after } from '../lib/clock.ts';
import type { GithubBudget, GithubViewer } from './github.model.ts';

/** Lower-case names, as the outbound door gives them. */
export type Headers = Record<string, string>;

/** Clocks this close are taken as equal; headers carry whole seconds and answers travel. */
const CLOCK_SKEW_IGNORED_MS = 60_000;

/**
 * What is left of the budget this answer was counted in; null where GitHub sends no such headers (an Enterprise Server without
 * limits). `resetAt` is in this machine's time: when the clocks differ, GitHub's `Date` header tells by how much.
 */
export function budgetFrom(headers: Headers, now: Date): GithubBudget | null {
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  if (limit === null || remaining === null) return null;
  return { resource: headers['x-ratelimit-resource'] ?? 'core', limit, remaining, resetAt: resetAtFrom(headers, now) };
}

/** When the budget fills up again, from `x-ratelimit-reset` (UTC epoch seconds). */
export function resetAtFrom(headers: Headers, now: Date): Date | null {
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (reset === null || reset === 0) return null;
  const resetAt = new Date(reset * 1000);
  if (Number.isNaN(resetAt.getTime())) return null;
  const serverTime = serverTimeFrom(headers);
  if (serverTime === null || Math.abs(serverTime.getTime() - now.getTime()) < CLOCK_SKEW_IGNORED_MS) return resetAt;
  const waitMs = resetAt.getTime() - serverTime.getTime();
  return waitMs > 0 ? after(now, waitMs) : resetAt;
}

/** GitHub's clock when it answered. */
export function serverTimeFrom(headers: Headers): Date | null {
  return validDate(headers['date'] ?? '');
}

/** When the token expires; null when it does not. GitHub writes `2026-01-02 15:04:05 UTC` or with an offset as `-0700`. */
export function tokenExpiryFrom(headers: Headers): Date | null {
  const text = headers['github-authentication-token-expiration'] ?? '';
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-]\d\d):?(\d\d))$/.exec(text.trim());
  if (parts === null) return null;
  const [, day, time, hours, minutes] = parts;
  return validDate(`${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}

/** The scopes of a classic or OAuth token; null for tokens that have none. */
export function scopesFrom(headers: Headers): string[] | null {
  const text = headers['x-oauth-scopes'];
  return text === undefined ? null : listOf(text);
}

/** The permissions or scopes that GitHub says this call needed and the token does not have; null when it does not say. */
export function missingPermissionsFrom(headers: Headers): string | null {
  const permissions = headers['x-accepted-github-permissions'];
  if (permissions !== undefined && permissions.trim() !== '') return permissions.trim();
  const accepted = listOf(headers['x-accepted-oauth-scopes'] ?? '');
  const scopes = scopesFrom(headers);
  if (scopes === null || accepted.length === 0 || accepted.some((scope) => scopes.includes(scope))) return null;
  return accepted.join(' or ');
}

/** The kind of a token by its prefix (facts 1.5). */
export function tokenKindOf(token: string): GithubViewer['tokenKind'] {
  if (token.startsWith('ghp_')) return 'classic';
  if (token.startsWith('github_pat_')) return 'fine_grained';
  if (token.startsWith('ghs_')) return 'installation';
  if (token.startsWith('gho_') || token.startsWith('ghu_')) return 'oauth';
  // 40 hexadecimal digits: a classic token from before the prefixes.
  return /^[0-9a-f]{40}$/.test(token) ? 'classic' : 'unknown';
}

/** The address of the next page exactly as GitHub gives it; null at the end. */
export function nextLinkFrom(headers: Headers): string | null {
  return linkFrom(headers, 'next');
}

/** The number of the last page; null where GitHub does not say, as with cursors and on the last page itself. */
export function lastPageFrom(headers: Headers): number | null {
  const link = linkFrom(headers, 'last');
  return link === null ? null : wholeNumber(URL.parse(link)?.searchParams.get('page') ?? undefined);
}

function linkFrom(headers: Headers, wanted: 'next' | 'last'): string | null {
  for (const part of (headers['link'] ?? '').split(/,\s*(?=<)/)) {
    const link = /^\s*<([^>]*)>\s*;(.*)$/s.exec(part);
    if (link?.[1] !== undefined && relationsOf(link[2] ?? '').includes(wanted)) return link[1];
  }
  return null;
}

function relationsOf(parameters: string): string[] {
  const relation = /(?:^|;)\s*rel=(?:"([^"]*)"|([^\s;"]+))/.exec(parameters);
  return (relation?.[1] ?? relation?.[2] ?? '').split(/\s+/);
}

/** A header that holds a whole number; null when it is missing, blank or something else. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function validDate(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
