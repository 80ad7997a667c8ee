import { DatabaseProblem } from './db.model.ts';

import type { Log } from '../lib/log.ts';

export async function startEmbedded(_options: {
  dataDir: string;
  log: Log;
}): Promise<{ url: string; stop(): Promise<void> }> {
  throw new DatabaseProblem('The embedded PostgreSQL is not there yet.');
}
