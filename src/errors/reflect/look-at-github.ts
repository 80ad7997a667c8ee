import { after, MINUTE_MS } from '../../lib/clock.ts';
import { connectionById } from '../../connections/connections.ts';
import { startSync } from '../../mirror/mirror.ts';
import { targetsWithoutNews } from './look-at-github.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';

const FRESH_MS = 4 * MINUTE_MS;

/**
 * Lets the repositories of a Sentry connection's errors be synced, as often as its issues are re-read: without a webhook a
 * closed issue would else resolve nothing until the repository's own schedule comes. Where nothing happened GitHub answers 304.
 */
export async function lookAtGithub(ctx: ErrorsCtx, sentryConnectionId: string): Promise<void> {
  for (const id of await targetsWithoutNews(ctx.sql, sentryConnectionId, after(ctx.now(), -FRESH_MS))) {
    const connection = await connectionById(ctx.sql, id);
    if (connection === null) continue;
    const { done } = await startSync(ctx, connection, 'schedule');
    void done;
  }
}
