import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { Github, GithubFailureKind } from '../github/github.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { SourceKind } from './marker.decide.ts';

/**
 * The states of a filing. Outside one sees SPEC F1's `pending`, `synced`, `failed`: `sending` and `unknown` are two more
 * faces of `pending`. The same list is the column's check; a test compares the two.
 */
export const FILING_STATES = ['pending', 'sending', 'unknown', 'synced', 'failed'] as const;
export type FilingState = (typeof FILING_STATES)[number];

/** What can happen to a filing. docs/filing-spec.md says when each is raised. */
export const FILING_EVENTS = [
  'claimed',
  'created',
  'answer_lost',
  'postponed',
  'refused',
  'found',
  'absent',
  'retried',
] as const;
export type FilingEvent = (typeof FILING_EVENTS)[number];

export type AttemptKind = 'create' | 'lookup' | 'adopt' | 'twin';

export interface Filing {
  id: string;
  tenantId: string;
  sourceKind: SourceKind;
  sourceId: string;
  connectionId: string | null;
  state: FilingState;
  marker: string;
  attempts: number;
  creates: number;
  lookups: number;
  numberBefore: number | null;
  sentAt: Date | null;
  sentTitle: string | null;
  bare: boolean;
  derived: boolean;
  runAt: Date;
  lockedBy: string | null;
  leaseUntil: Date | null;
  failureKind: GithubFailureKind | null; // of the last attempt; empty once something went well
  failureMessage: string | null;
  requestId: string | null;
  watchUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a source item gives to be filed; reports now, Sentry issues and tasks later. */
export interface SourceItem {
  kind: SourceKind;
  id: string;
  tenant: { id: string; slug: string; name: string; titlePrefix: string };
  title: string;
  description: string;
  tags: string[];
  severity: string | null;
  conversation: { id: string; transcript: string; url?: string | undefined } | null;
  context: Record<string, unknown>;
  reporter: { id: string; email: string | null; name: string | null } | null;
  /** The full text kept here. */
  url: string;
  createdAt: Date;
}

/** How filing reads the source items it knows nothing else about. Null: the item no longer exists. */
export type SourceReader = (sql: Sql, id: string, publicUrl: string) => Promise<SourceItem | null>;

/** Makes the source item that an adopted issue stands for, when a rebuilt hub finds its marker. */
export interface AdoptedItem {
  tenantId: string;
  id: string;
  title: string;
  body: string;
  createdAt: Date;
}

export interface FilingCtx extends OutsideCtx {
  publicUrl: string;
  /** Names this process in leases. */
  workerId: string;
  leaseMs: number;
  /** When, after an unanswered create, the marker is looked for; after the last miss it is sent again. */
  lookupDelaysMs: readonly number[];
  sources: Record<SourceKind, { read: SourceReader; adopt: (sql: Sql, item: AdoptedItem) => Promise<void> }>;
}

/** What a turn is done with: the lane that gives the right to write, and the door. */
export interface Turn {
  lane: { name: string; holder: string };
  connection: GithubConnection;
  github: Github;
  /** Whose markers count. */
  tenantSlug: string;
}
