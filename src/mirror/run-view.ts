import { after } from '../lib/clock.ts';
import type { RunRow } from './sync-runs.store.ts';
import type { SyncRun } from '../contract/connections.ts';

/** A run as the API shows it; `now` is for the forecast of one that is under way. */
export function runView(row: RunRow, now: Date): SyncRun {
  const progress = row.total === null ? null : { done: Math.min(row.checked, row.total), total: row.total };
  return {
    id: row.id,
    connection_id: row.connection_id,
    repository: row.repository,
    kind: row.kind,
    trigger: row.trigger,
    state: row.state,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    progress,
    finishes_at: row.state === 'running' ? finishesAt(row.started_at, progress, now) : null,
    requests: row.requests,
    not_modified: row.not_modified,
    checked: row.checked,
    updated: row.updated,
    imported: row.imported,
    unchanged: row.unchanged,
    compared: row.compared,
    drift: row.drift,
    errors: row.errors,
    message: row.message,
  };
}

function finishesAt(startedAt: Date, progress: SyncRun['progress'], now: Date): string | null {
  if (progress === null || progress.done === 0) return null;
  const msPerItem = (now.getTime() - startedAt.getTime()) / progress.done;
  return after(now, msPerItem * (progress.total - progress.done)).toISOString();
}
