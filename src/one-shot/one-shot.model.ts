import type { Github, IssueDraft } from '../github/github.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Sentry, SentryIssue } from '../sentry/sentry.model.ts';

/** What one run looks at and where it files. */
export interface OneShotSettings {
  sentryUrl: string;
  organization: string;
  /** owner/name. */
  repository: string;
  query: string;
  /** Slugs or numbers; empty: all that the token sees. */
  projects: string[];
  /** How far back it looks, as 24h, 14d or 12w. */
  statsPeriod: string;
  /** At most so many new issues; the rest is carried over. */
  newMax: number;
  /** Everything is read and drafted, nothing is stored or sent. */
  dryRun: boolean;
  /** With it issues bear the hub's own markers, so that a hub set up later knows them for its own. */
  keyring: Keyring | null;
  /** How long a claim of a run that died keeps others away. */
  leaseMs: number;
  /** After this an issue that was sent, and is not found, may be sent again. */
  lookupMs: number;
}

/**
 * What became of a Sentry issue. `filed`: it is a new GitHub issue; in a dry run: it would be. `taken_over`: another tool had
 * filed it. `known`: it was filed before. `waiting`: carried over to the next run. `unknown`: it was sent, and nobody knows yet
 * whether it arrived. `failed`: GitHub did not accept it.
 */
export const OUTCOMES = ['filed', 'taken_over', 'known', 'waiting', 'unknown', 'failed', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface OneShotItem {
  issue: Pick<SentryIssue, 'id' | 'shortId' | 'title' | 'permalink'>;
  outcome: Outcome;
  /** In a sentence. */
  why: string;
  /** Of the GitHub issue. */
  number: number | null;
  /** What would be filed, in a dry run. */
  draft: IssueDraft | null;
}

/** Why a run ended early. `refused`: a person must act; else the next run may do it. */
export interface Trouble {
  refused: boolean;
  /** In a sentence. */
  message: string;
}

export interface OneShotResult {
  items: OneShotItem[];
  /** What the operator should know besides, a sentence each. */
  notes: string[];
  trouble: Trouble | null;
  /** Where people see the repository; null when it was not read. */
  repositoryUrl: string | null;
  requests: number;
}

/** The two doors, and what else a run needs. */
export interface OneShotParts {
  sentry: Sentry;
  github: Github;
  journal: Journal;
  /** Names this run, in the claim on GitHub. */
  runId: string;
  /** The run is to end: what is under way is finished, nothing more is sent. */
  stopped: () => boolean;
  /** To be told how far it is. */
  progress: (step: string, done: number, total: number) => void;
}

/** An issue of the repository that stands for Sentry issues: it bears a marker of ours, or names them and can be trusted. */
export interface KnownIssue {
  id: number;
  number: number;
  open: boolean;
  createdAt: string;
  /** When it had last changed as it was read: what it names was there by then. Not in journals of before. */
  changedAt?: string;
  /** Of the Sentry issues that it names, as `sentryKey` and `shortKey` give them. */
  keys: string[];
  /** By the hub's marker. */
  errorId: string | null;
  /** Filed by this program or the hub, not by another tool. */
  own: boolean;
}

/** An issue that was sent, or was about to be: stored before. */
export interface Intent {
  sentryId: string;
  shortId: string | null;
  title: string;
  permalink: string;
  /** What it is found by. */
  hosts: string[];
  errorId: string | null;
  /** The highest number of the repository that was known then. */
  numberBefore: number;
  at: string;
}

/** What Sentry said of an id that an issue names. */
export interface MergeAnswer {
  /** The Sentry issue that it was merged into; null: nobody answers. */
  as: string | null;
  /** Since when nobody does. */
  since: string;
  at: string;
}

/** One line of the journal. */
export type JournalEntry =
  | { kind: 'issue'; issue: KnownIssue }
  | { kind: 'read'; highest: number; at: string }
  | { kind: 'intent'; intent: Intent }
  | { kind: 'made'; sentryId: string; number: number }
  | { kind: 'unsent'; sentryId: string }
  | { kind: 'waiting'; sentryIds: string[] }
  | { kind: 'answer'; sentryId: string; answer: MergeAnswer }
  | { kind: 'claim'; holder: string }
  | { kind: 'done'; at: string };

/** What earlier runs left behind. */
export interface JournalState {
  issues: Map<number, KnownIssue>;
  /** The repository's issues were read whole: up to this number, at that time. */
  read: { highest: number; at: Date } | null;
  /** Sentry issue → GitHub issue. */
  made: Map<string, number>;
  intents: Map<string, Intent>;
  waiting: string[];
  answers: Map<string, MergeAnswer>;
  /** Holder of the last claim on GitHub. */
  claim: string | null;
  /** When the last whole run began. */
  doneAt: Date | null;
}

/** Where a run keeps what the next one must know; one without a file forgets. */
export interface Journal {
  state: JournalState;
  /** Returns once it is on the disk. */
  append: (...entries: JournalEntry[]) => void;
}
