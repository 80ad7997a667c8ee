import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Schema } from './schema.ts';
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';

export type { IssueGone } from './schema.ts';
export type { FacetName, ItemKind } from './schema-mirror.ts';

/** Where statements go: the pool, or the caller's transaction (a `Transaction` is assignable). */
export type Sql = Kysely<Schema>;

/** What every verb of a capability is given. */
export interface Ctx {
  sql: Sql;
  now: Clock;
  log: Log;
}

/** A row as read, as written when new, and as written when changed. */
export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>;
export type NewRow<Table extends keyof Schema> = Insertable<Schema[Table]>;
export type RowChange<Table extends keyof Schema> = Updateable<Schema[Table]>;

/** What changed, told to every process of the hub once the transaction that changed it is committed. */
export interface LiveChange {
  kind: 'report' | 'error' | 'connection' | 'sync_run' | 'filing' | 'delivery' | 'delivery_settled' | 'budget';
  id: string;
  tenantId: string;
}

/** `reconnected`: changes may have been missed, read again what is shown. */
export type LiveNotice = LiveChange | { kind: 'reconnected' };

/** The database cannot be used. The message is a sentence for the operator that says what to do. */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem';
}
