import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { Github, GithubFailureKind, GithubIssue, IssueDraft } from '../github/github.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { PlacementKind } from './placements.model.ts';
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

export type AttemptKind = 'create' | 'lookup' | 'adopt' | 'twin' | PlacementKind;

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

/** What a report gives to be filed. */
export interface SourceItem {
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

/** What filing is told of a kind of source item; it knows nothing else about them. */
export interface Source {
  /**
   * Reads an item; what it gives makes the issue that the item becomes, and throws Liquid's words when a template cannot be
   * used. Null: the item no longer exists.
   */
  read(
    sql: Sql,
    filing: Pick<Filing, 'sourceId' | 'marker' | 'bare'>,
    connection: GithubConnection,
    publicUrl: string,
  ): Promise<(() => IssueDraft) | null>;
  /** Gives those that wait without a connection the one they belong to; else the oldest of their tenant takes them. */
  assign?(sql: Sql): Promise<void>;
  /** Why an item must not be sent yet, in a sentence, though everything else is ready; asked before a create. Null: it may be. */
  waits?(sql: Sql, sourceId: string, connection: GithubConnection, now: Date): Promise<string | null>;
  /** Takes an item back that is not to be filed any more, with its filing (`unfile`); asked before a create. False: it stays. */
  withdraw?(sql: Sql, sourceId: string, now: Date): Promise<boolean>;
  /** Makes the item that an issue found by its marker stands for. */
  adopt(sql: Sql, item: AdoptedItem): Promise<void>;
  /** Notes what the texts of a repository's issues name, while they are read for markers. */
  note?(sql: Sql, connection: GithubConnection, issues: readonly GithubIssue[]): Promise<void>;
  /** The number of an issue that is the item's though it bears no marker of ours: another tool filed it. Null: none is known. */
  known?(sql: Sql, sourceId: string, connection: GithubConnection): Promise<number | null>;
}

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
  sources: Record<SourceKind, Source>;
}

/** What a turn is done with: the lane that gives the right to write, and the door. */
export interface Turn {
  lane: { name: string; holder: string };
  connection: GithubConnection;
  github: Github;
  /** Whose markers count. */
  tenantSlug: string;
}
