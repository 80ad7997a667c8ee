import { z } from 'zod';

/** One server-sent event of `GET /api/v1/events`: what changed, so that the page asks again. */
export const LiveEvent = z.object({
  kind: z.enum(['report', 'error', 'connection', 'sync_run', 'delivery']),
  id: z.uuid(),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
