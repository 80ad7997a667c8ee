import type { AddressPolicy } from '../outbound/outbound.model.ts';
import type { Secret } from '../lib/secret.ts';

/** How to speak to one organisation of one Sentry: sentry.io or a region, self-hosted, or GlitchTip. */
export interface SentryAccess {
  /** As a person gave it, without a trailing slash: https://sentry.io, https://HOST, https://HOST/prefix. */
  baseUrl: string;
  /** Where Sentry says the organisation's data lives; null until it was asked, or where it has no regions. */
  regionUrl: string | null;
  /** Slug, or the number where the server takes it. */
  organization: string;
  token: Secret;
  addresses: AddressPolicy;
  /** Certificates in PEM that are trusted besides the system's. */
  ca: string | null;
  /** No certificate is checked at all: only by an explicit setting, which every page shows. */
  insecureTls: boolean;
  /** What was found out before; null: nothing yet, everything is tried. */
  abilities: Abilities | null;
}

/** What a server can do, found out by asking it. */
export interface Abilities {
  product: 'sentry' | 'glitchtip';
  version: string | null;
  /** `group=` (Sentry) or `id=` (GlitchTip) on the list of issues; none: one by one. */
  batch: 'group' | 'id' | 'none';
  /** One issue and its events below the organisation; false: the older `issues/{id}/`. */
  organizationPaths: boolean;
  hasSubstatus: boolean;
  hasPriority: boolean;
  hasLifetime: boolean;
  /** `!`, `*` and lists in queries. */
  advancedSearch: boolean;
  /** Scopes of the token where the server tells them. */
  scopes: string[] | null;
  /** uuid of the internal integration's installation whose own token this is: it may link external issues. */
  installation: string | null;
}

/** What a call that did not succeed means (SPEC S9). The message is a plain sentence that names what to do. */
export type SentryFailure = (
  | { kind: 'rate_limited'; retryAt: Date }
  /** The token is wrong, expired, or of a kind that cannot read issues. */
  | { kind: 'unauthorized' }
  /** `missingScopes` where the server or the table of scopes tells them. */
  | { kind: 'forbidden'; missingScopes: string[] | null }
  /** The organisation is not there or not for this token. */
  | { kind: 'organization_not_found' }
  /** The issue, event or project is not there (any more). */
  | { kind: 'not_found' }
  /** Something answered that is no Sentry: a login page, a proxy, another program. */
  | { kind: 'not_sentry' }
  | { kind: 'certificate' }
  | { kind: 'address_refused' }
  /** The query or a field was refused: in the server's own words. */
  | { kind: 'invalid'; field: string | null }
  /** The note is there already: 400 "You have already posted that comment." */
  | { kind: 'duplicate' }
  | { kind: 'unreachable' }
  | { kind: 'unavailable' }
  /** A write was sent and no trustworthy answer came. */
  | { kind: 'outcome_unknown' }
  | { kind: 'unexpected' }
) & { message: string; status: number | null };
export type SentryFailureKind = SentryFailure['kind'];

/** What a call came to. `requests` counts what was really sent. */
export type SentryResult<T> =
  | { ok: true; value: T; requests: number }
  | { ok: false; failure: SentryFailure; requests: number };

/** One page of a list. `next` null: the server said `results="false"`. An empty page may have a next one. */
export interface SentryPage<T> {
  items: T[];
  next: string | null;
}

/** An issue as Sentry shows it, every part of it brought to one shape whatever the version. */
export interface SentryIssue {
  id: string;
  shortId: string | null;
  /** As it came: any length, line breaks, control characters. */
  title: string;
  culprit: string | null;
  /** Where people see it; made here where the server gives none or a wrong one. */
  permalink: string;
  level: string;
  /** resolved, unresolved, ignored, or another word of Sentry's. */
  status: string;
  substatus: string | null;
  /** Without people. `autoResolved: true`: by age, nobody acted. */
  statusDetails: Record<string, unknown>;
  priority: string | null;
  type: string | null;
  issueType: string | null;
  issueCategory: string | null;
  platform: string | null;
  project: { id: string; slug: string; name: string };
  metadata: Record<string, unknown>;
  /** As user:ID or team:ID. */
  assignedTo: { id: string; name: string; email: string | null } | null;
  /** All-time (SPEC S3), from `lifetime` in a list. */
  count: number;
  userCount: number;
  firstSeen: Date | null;
  lastSeen: Date | null;
  isUnhandled: boolean | null;
  /** Addresses of issues elsewhere that are linked to it, as annotations or by integrations. */
  linkedTo: string[];
  /** Events of each of the last UTC days, oldest first, up to now; not given where it was not asked for, or is not told. */
  days?: { day: string; count: number }[];
}

/** One frame of a stack trace, innermost last as Sentry has them. */
export interface SentryFrame {
  file: string | null;
  function: string | null;
  module: string | null;
  line: number | null;
  inApp: boolean;
  /** Source lines around it: number and text. */
  context: [number, string][];
}

/** What is of use of an event, without people: user, request, breadcrumbs, variables stay at Sentry. */
export interface SentryEvent {
  id: string;
  at: Date | null;
  message: string | null;
  release: string | null;
  environment: string | null;
  tags: { key: string; value: string }[];
  /** A chain, the outermost last. */
  exceptions: { type: string | null; value: string | null; handled: boolean | null; frames: SentryFrame[] }[];
  /** Of issues that are no errors: what Sentry found. */
  evidence: { name: string; value: string; important: boolean }[];
  subtitle: string | null;
  /** Only where a rule lets personal data leave. */
  personal: { user: string | null; url: string | null } | null;
}

export interface SentryProject {
  id: string;
  slug: string;
  name: string;
  platform: string | null;
}

export interface SentryOrganization {
  id: string;
  slug: string;
  name: string;
  regionUrl: string | null;
}

/** What a status change sets; only what is given is sent. */
export interface SentryChange {
  status?: 'resolved' | 'unresolved' | 'ignored' | 'resolvedInNextRelease';
  substatus?: 'archived_until_escalating' | 'archived_forever' | 'ongoing';
  /** user:ID, team:ID, or '' for nobody. */
  assignedTo?: string;
}

export interface IssueQuery {
  /** Sentry's search; always sent, since an absent one means something else to each server. */
  query: string;
  /** Slugs or numbers. */
  projects: string[];
  environments: string[];
  /** Only issues with events since then; null: all the server keeps. */
  since: Date | null;
}

/**
 * The door to one Sentry: nothing else in the house calls it. It keeps the server's limits and its own politeness; reads are
 * repeated a few times when the server stumbles, writes never but where setting the same state twice is the same.
 */
export interface Sentry {
  /** What the door goes by; asked for once where nothing is known: one read. */
  abilities(): Promise<SentryResult<Abilities>>;
  /** Finds out what is there and what the token may: a handful of reads. */
  probe(): Promise<SentryResult<{ organization: SentryOrganization; abilities: Abilities; serverTime: Date | null }>>;
  projects(next?: string | null): Promise<SentryResult<SentryPage<SentryProject>>>;
  /** By last seen, newest first. Pages may overlap and skip while events come: the caller dedupes and overlaps. */
  issuePage(query: IssueQuery, next?: string | null): Promise<SentryResult<SentryPage<SentryIssue>>>;
  /** Those of at most 100 ids that are there, whatever their status; a merged one comes under its survivor's id or not at all. */
  issuesById(ids: readonly string[], asked?: { days: boolean }): Promise<SentryResult<SentryIssue[]>>;
  /** `value.id` differs from `id` where the issue was merged into another one. */
  issue(id: string): Promise<SentryResult<SentryIssue>>;
  latestEvent(id: string, personal: boolean): Promise<SentryResult<SentryEvent>>;
  /** The state is set, not toggled; read before, and leave it when it is so already. */
  change(id: string, change: SentryChange): Promise<SentryResult<SentryIssue | null>>;
  /** Shows the GitHub issue on Sentry's page of the issue; create-or-update. Needs `abilities.installation`. */
  link(id: string, to: { url: string; repository: string; number: number }): Promise<SentryResult<null>>;
  /** What is left of the limits of this token, where the server tells. */
  budget(): { limit: number; remaining: number; resetAt: Date } | null;
}
