import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Outbound } from '../outbound/outbound.model.ts';
import { openOutbound } from '../outbound/outbound.ts';
import { abilitiesOf, type Door, type Known } from './sentry-door.ts';
import { issueReads } from './sentry-issues.ts';
import { projectList, readPage } from './sentry-pages.ts';
import { probe } from './sentry-probe.ts';
import { issueWrites } from './sentry-writes.ts';
import { sentryApi } from './sentry.client.ts';
import type { Sentry, SentryAccess } from './sentry.model.ts';

export { PAGES_MAX, startingAt } from './link-header.decide.ts';

export interface SentryDeps {
  log: Log;
  now: Clock;
  /** Another pace than the polite one, for tests and benches; Infinity: as fast as Sentry answers. */
  callsPerSecond?: number | undefined;
  /** Another way out than the one of this process's environment: for tests. */
  outbound?: Outbound;
}

// One set of connections for the whole process; the environment is read when the first Sentry is opened.
let sharedOutbound: Outbound | null = null;

/**
 * Opens the door to one organisation of one Sentry with one token. Nothing is sent. All doors of this process with the same token
 * at the same address share one pace. What the door finds out (abilities, region) it goes by until it is dropped; `probe` gives
 * it to be kept.
 */
export function openSentry(access: SentryAccess, deps: SentryDeps): Sentry {
  const outbound = deps.outbound ?? (sharedOutbound ??= openOutbound(process.env));
  const known: Known = {
    abilities: access.abilities,
    regionUrl: access.regionUrl,
    placeProven: false,
    projectIds: null,
  };
  const { log, now, callsPerSecond } = deps;
  const api = sentryApi(access, { outbound, log, now, callsPerSecond, scopes: () => known.abilities?.scopes ?? null });
  const door: Door = { api, access, log, now, known };
  return {
    ...issueReads(door),
    ...issueWrites(door),
    abilities: () => abilitiesOf(door),
    probe: () => probe(door),
    projects: (next) => readPage(door, projectList(door), next ?? null),
    budget: () => api.budget(),
  };
}
