import { checkSentry, checkSentryFailure } from './sentry-checks.decide.ts';
import type { Sentry, SentryProject } from '../../sentry/sentry.model.ts';
import type { SentryConnectionTestResult } from '../../contract/sentry.ts';

const PAGES_MAX = 10;

/** Asks a Sentry who it is, what it can do and what the token may, and says for each finding what to do. Reads only. */
export async function testSentry(sentry: Sentry, insecureTls: boolean, now: Date): Promise<SentryConnectionTestResult> {
  const nothing = { product: null, version: null, scopes: null, region_url: null, projects: [] };
  const probed = await sentry.probe();
  if (!probed.ok) return { ok: false, ...nothing, checks: [checkSentryFailure(probed.failure)] };
  const { abilities, organization } = probed.value;
  const projects: SentryProject[] = [];
  let next: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await sentry.projects(next);
    if (!found.ok) return { ok: false, ...nothing, checks: [checkSentryFailure(found.failure)] };
    projects.push(...found.value.items);
    next = found.value.next;
    if (next === null) break;
  }
  const checks = checkSentry(probed.value, projects, insecureTls, now);
  return {
    ok: checks.every((check) => check.ok),
    product: abilities.product,
    version: abilities.version,
    scopes: abilities.scopes,
    region_url: organization.regionUrl,
    projects: projects.map(({ id, slug, name }) => ({ id, slug, name })),
    checks,
  };
}
