import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { connectionsOf, githubOf } from '../connections/connections.ts';
import { countQueue, mirrorState, oldestDeliveryAt } from './health.store.ts';
import { sentryState } from '../errors/errors.ts';
import type { Meter } from '../lib/meter.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

/** The metrics of this process: what it counted itself, and what the shared database says at the moment of the scrape. */
export interface Metrics {
  meter: Meter;
  contentType: string;
  /** Prometheus text. Reads the database. */
  render(ctx: OutsideCtx): Promise<string>;
}

/** `prefix` comes before every name (`throughline_`; `qry_` gives the classic names). */
export function openMetrics(prefix: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: prefix + name, help, labelNames, registers: [registry] });
  const failures = new Counter({
    name: `${prefix}github_sync_failures_total`,
    help: 'Attempts to file and sync runs that did not succeed, by direction and kind.',
    labelNames: ['direction', 'kind'],
    registers: [registry],
  });
  const latency = new Histogram({
    name: `${prefix}filing_latency_seconds`,
    help: 'From the report received to its issue filed.',
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  });
  const lag = gauge('webhook_lag_seconds', 'Age of the oldest delivery that is not applied yet; 0 when there is none.');
  const pending = gauge('github_pending_reports', 'Reports that are not on GitHub yet.');
  const tellMirror = mirrorGauges(gauge);
  const tellSentry = sentryGauges(gauge);
  const states = gauge('filings', 'Filings by state.', ['state']);
  const oldest = gauge('oldest_waiting_seconds', 'Age of the oldest filing in a state; 0 when there is none.', [
    'state',
  ]);
  const paused = gauge('connections_paused', 'Connections that wait for a person.');
  const budget = gauge('github_budget_remaining', 'Requests left, as this process last saw it.', [
    'connection',
    'resource',
  ]);

  return {
    contentType: registry.contentType,
    meter: {
      failed: (direction, kind) => failures.inc({ direction, kind }),
      filed: (seconds) => latency.observe(seconds),
      ...deliveryMeter(registry, prefix),
    },
    async render(ctx) {
      const now = ctx.now().getTime();
      const [queue, connections, mirror, deliveryAt, sentry] = await Promise.all([
        countQueue(ctx.sql, null),
        connectionsOf(ctx.sql, null),
        mirrorState(ctx.sql),
        oldestDeliveryAt(ctx.sql),
        sentryState(ctx.sql),
      ]);
      lag.set(ageOf(deliveryAt, now));
      pending.set(queue.pending + queue.sending + queue.unknown);
      for (const state of ['pending', 'sending', 'unknown', 'failed'] as const) states.set({ state }, queue[state]);
      oldest.set({ state: 'pending' }, ageOf(queue.oldest_pending_at, now));
      oldest.set({ state: 'unknown' }, ageOf(queue.oldest_unknown_at, now));
      paused.set(connections.filter((connection) => connection.pausedAt !== null).length);
      tellMirror(mirror, now);
      tellSentry(sentry, now);
      budget.reset();
      for (const connection of connections) {
        for (const { resource, remaining } of githubOf(ctx, connection)?.budgets() ?? [])
          budget.set({ connection: connection.id, resource }, remaining);
      }
      return registry.metrics();
    },
  };
}

function sentryGauges(gauge: (name: string, help: string, labelNames?: string[]) => Gauge) {
  const looked = gauge(
    'sentry_last_look_seconds_ago',
    'Seconds since a rule last looked to the end at what is new in Sentry; -1 before the first time.',
    ['rule'],
  );
  const waiting = gauge('sentry_waiting', 'Sentry issues that a rule took and its cap holds back.', ['rule']);
  const conflicts = gauge('error_conflicts', 'Errors of which a person must decide which side counts.');
  return (sentry: Awaited<ReturnType<typeof sentryState>>, now: number): void => {
    for (const one of [looked, waiting]) one.reset();
    for (const { rule, lookedAt, waiting: held } of sentry.rules) {
      looked.set({ rule }, lookedAt === null ? -1 : ageOf(lookedAt, now));
      waiting.set({ rule }, held);
    }
    conflicts.set(sentry.conflicts);
  };
}

function mirrorGauges(gauge: (name: string, help: string, labelNames: string[]) => Gauge) {
  const labelNames = ['connection', 'repository'];
  const lastSync = gauge(
    'github_last_sync_seconds_ago',
    'Seconds since the mirror last agreed with GitHub, by repository; -1 before the first time.',
    labelNames,
  );
  const drift = gauge(
    'mirror_drift',
    'Items that the newest audit (full: everything, sample: drawn at random) found wrong and repaired, by repository.',
    [...labelNames, 'audit'],
  );
  const compared = gauge('mirror_compared', 'Items that the newest audit looked at, by repository.', [
    ...labelNames,
    'audit',
  ]);
  return (mirror: Awaited<ReturnType<typeof mirrorState>>, now: number): void => {
    for (const one of [lastSync, drift, compared]) one.reset();
    for (const { connectionId, repository, syncedAt, audits } of mirror) {
      const labels = { connection: connectionId, repository };
      lastSync.set(labels, syncedAt === null ? -1 : ageOf(syncedAt, now));
      for (const { audit, ...counts } of audits) {
        drift.set({ ...labels, audit }, counts.found);
        compared.set({ ...labels, audit }, counts.compared);
      }
    }
  };
}

function deliveryMeter(registry: Registry, prefix: string): Pick<Meter, 'received' | 'applied'> {
  const deliveries = new Counter({
    name: `${prefix}webhook_deliveries_total`,
    help: 'Webhook posts by what they were answered: stored, duplicate, other_installation, not_signed, not_json, too_large.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const attempts = new Counter({
    name: `${prefix}webhook_applied_total`,
    help: 'Attempts to apply a delivery: applied, ignored, waiting (tried again), failed.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const applyLatency = new Histogram({
    name: `${prefix}webhook_apply_latency_seconds`,
    help: 'From a delivery received to what it says applied.',
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  });
  return {
    received: (outcome) => deliveries.inc({ outcome }),
    applied(outcome, seconds) {
      attempts.inc({ outcome });
      if (outcome === 'applied' || outcome === 'ignored') applyLatency.observe(seconds);
    },
  };
}

function ageOf(at: Date | null, now: number): number {
  return at === null ? 0 : Math.max(0, (now - at.getTime()) / 1000);
}
