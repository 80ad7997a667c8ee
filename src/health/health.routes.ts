import { readHealth } from './read-health.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** The health page's data. `dataDir` null: the database is not on this machine. */
export function healthRoutes(ctx: OutsideCtx, dataDir: string | null): Pick<Handlers, 'health'> {
  return {
    async health(call) {
      return readHealth(ctx, call.principal.tenantId, dataDir);
    },
  };
}
