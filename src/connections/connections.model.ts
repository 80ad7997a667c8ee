import type { Ctx } from '../db/db.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Meter } from '../lib/meter.ts';
import type { Planner } from './planner.store.ts';

/** What a capability needs to speak to an outside system on a tenant's behalf. */
export interface OutsideCtx extends Ctx {
  keyring: Keyring;
  meter: Meter;
  /** Connections made in the settings may call private and loopback addresses. */
  allowPrivateAddresses: boolean;
  /** Least time between two creations by one credential (facts: about 3 s); 0 in tests and benches. */
  createSpacingMs: number;
  /** What all processes share of GitHub's budgets; without it this process goes by what it sees itself. */
  planner?: Planner;
}

/** What the routes need from capabilities further right. */
export interface ConnectionHooks {
  /** Why a template cannot be used, or null. */
  templateError(template: string): string | null;
}

export interface GithubConnection {
  id: string;
  tenantId: string;
  name: string;
  source: 'settings' | 'environment';
  baseUrl: string;
  apiVersion: string;
  credentialKind: 'token' | 'app';
  credentialEncrypted: string;
  repository: string;
  /** GITHUB_REPO as it was taken over last; null for a connection made on the pages. */
  repositoryGiven: string | null;
  githubRepositoryId: number | null;
  visibility: 'public' | 'private' | 'internal' | null;
  viewerLogin: string | null;
  viewerId: number | null;
  canPush: boolean | null;
  defaultLabels: string[];
  defaultAssignees: string[];
  milestone: number | null;
  issueType: string | null;
  /** Number of the issue that each new one becomes a sub-issue of. */
  parentIssue: number | null;
  /** Address of the project that each new issue is put onto, and what its fields are set to there. */
  project: string | null;
  projectFields: Record<string, string>;
  titleTemplate: string | null;
  bodyTemplate: string | null;
  allowMentions: boolean;
  sendPersonalDataToPublic: boolean;
  importExternal: boolean;
  syncSchedule: string;
  creationsPerHour: number;
  webhookAllowUnsigned: boolean;
  enabled: boolean;
  pausedKind: 'unauthorized' | 'forbidden' | null;
  pausedMessage: string | null;
  pausedRequestId: string | null;
  pausedAt: Date | null;
  /** GitHub is unreachable or limits us: nothing is tried before. */
  restUntil: Date | null;
  restCount: number;
  restMessage: string | null;
  numberKnown: number;
  adoptedAt: Date | null;
  adoptCursor: string | null;
  /** Counts how often reading them began anew. */
  adoptWalk: number;
  checkedAt: Date | null;
  tokenExpiresAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}
