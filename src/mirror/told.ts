import { z } from 'zod';

import { parseComment, parseIssue, parsePull } from '../github/github.ts';
import type { FacetName } from '../db/db.model.ts';
import type { GithubComment, GithubPullRequest } from '../github/github-reads.model.ts';
import type { GithubIssue } from '../github/github.model.ts';

/** What one webhook delivery tells, in the mirror's terms. */
export type Told =
  | { tells: 'issue'; issue: GithubIssue }
  | { tells: 'issue_gone'; issue: GithubIssue; why: 'deleted' | 'transferred'; movedTo: string | null }
  | { tells: 'comment'; comment: GithubComment; issue: GithubIssue | null; isGone: boolean }
  | { tells: 'pull'; pull: GithubPullRequest; isReview: boolean }
  | { tells: 'push'; branch: string; before: string; after: string; committedAt: Date | null }
  | { tells: 'facets'; facets: FacetName[] }
  | { tells: 'repository_gone' }
  | { tells: 'installation'; installationId: number | null; words: string }
  | { tells: 'nothing'; why: string };

const Envelope = z.object({
  action: z.string().nullish().catch(null),
  sender: z.object({ login: z.string() }).nullish().catch(null),
  repository: z.object({ id: z.number(), full_name: z.string() }).nullish().catch(null),
});

/** Who did it, and in which repository, where the payload says so. */
export function envelopeOf(payload: unknown): {
  actor: string | null;
  repository: { id: number; fullName: string } | null;
} {
  const { data } = Envelope.safeParse(payload);
  const repository = data?.repository ?? null;
  return {
    actor: data?.sender?.login ?? null,
    repository: repository && { id: repository.id, fullName: repository.full_name },
  };
}

/** Lists that GitHub gives no order of changes for, so that only a read can tell what is true now. */
const LISTS: Readonly<Record<string, FacetName[]>> = {
  label: ['labels'],
  milestone: ['milestones'],
  member: ['people'],
  team: ['teams', 'people'],
  team_add: ['teams', 'people'],
  membership: ['people'],
  organization: ['people'],
  repository: ['repository'],
  public: ['repository'],
  create: ['branches', 'repository'],
  delete: ['branches'],
  branch_protection_rule: ['branches'],
  installation_repositories: ['repository'],
};

/** Reads a delivery. An event or action that is not known tells nothing; it is no error. */
export function toldBy(event: string, action: string | null, payload: unknown): Told {
  switch (event) {
    case 'issues':
      return issueTold(action, payload);
    case 'issue_comment':
      return commentTold(action, payload);
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_thread':
      return pullTold(event, payload);
    case 'push':
      return pushTold(payload);
    case 'installation':
      return installationTold(action, payload);
    case 'ping':
      return { tells: 'nothing', why: 'GitHub tried whether its deliveries arrive here. They do.' };
    default: {
      if (event === 'repository' && action === 'deleted') return { tells: 'repository_gone' };
      const facets = LISTS[event];
      return facets === undefined
        ? { tells: 'nothing', why: `The mirror keeps nothing that “${event}” tells of.` }
        : { tells: 'facets', facets };
    }
  }
}

const unreadable = (what: string): Told => ({
  tells: 'nothing',
  why: `The payload holds no ${what} that can be read.`,
});

const Parts = z.object({
  issue: z.unknown().optional(),
  comment: z.unknown().optional(),
  pull_request: z.unknown().optional(),
  changes: z
    .object({ new_issue: z.object({ html_url: z.string() }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

function partsOf(payload: unknown) {
  return Parts.safeParse(payload).data ?? { issue: null, comment: null, pull_request: null, changes: null };
}

function issueTold(action: string | null, payload: unknown): Told {
  const parts = partsOf(payload);
  const issue = parseIssue(parts.issue);
  if (issue === null) return unreadable('issues');
  if (action === 'deleted') return { tells: 'issue_gone', issue, why: 'deleted', movedTo: null };
  if (action !== 'transferred') return { tells: 'issue', issue };
  return { tells: 'issue_gone', issue, why: 'transferred', movedTo: parts.changes?.new_issue?.html_url ?? null };
}

function commentTold(action: string | null, payload: unknown): Told {
  const parts = partsOf(payload);
  const comment = parseComment(parts.comment);
  if (comment === null) return unreadable('comments');
  return { tells: 'comment', comment, issue: parseIssue(parts.issue), isGone: action === 'deleted' };
}

function pullTold(event: string, payload: unknown): Told {
  const pull = parsePull(partsOf(payload).pull_request);
  return pull === null ? unreadable('pulls') : { tells: 'pull', pull, isReview: event !== 'pull_request' };
}

const Push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  head_commit: z.object({ timestamp: z.string() }).nullish().catch(null),
});

function pushTold(payload: unknown): Told {
  const { data } = Push.safeParse(payload);
  if (data === undefined) return unreadable('branches');
  const branch = /^refs\/heads\/(?<name>.+)$/u.exec(data.ref)?.groups?.['name'];
  if (branch === undefined) return { tells: 'nothing', why: 'A tag was pushed, and tags are not mirrored.' };
  const at = new Date(data.head_commit?.timestamp ?? Number.NaN);
  return {
    tells: 'push',
    branch,
    before: data.before,
    after: data.after,
    committedAt: Number.isNaN(at.getTime()) ? null : at,
  };
}

const Installation = z.object({
  installation: z
    .object({ id: z.number(), account: z.object({ login: z.string() }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

const INSTALLATION_WORDS: Readonly<Record<string, string>> = {
  deleted: 'The GitHub App was uninstalled.',
  suspend: 'The installation of the GitHub App was suspended.',
  unsuspend: 'The installation of the GitHub App is no longer suspended.',
  new_permissions_accepted: 'New permissions of the GitHub App were accepted.',
};

function installationTold(action: string | null, payload: unknown): Told {
  const words = INSTALLATION_WORDS[action ?? ''];
  const installation = Installation.safeParse(payload).data?.installation ?? null;
  const installationId = installation?.id ?? null;
  if (words === undefined)
    return { tells: 'nothing', why: installedWords(installationId, installation?.account?.login) };
  return { tells: 'installation', installationId, words };
}

function installedWords(installationId: number | null, account: string | undefined): string {
  const where = `${account === undefined ? '' : ` by ${account}`}${installationId === null ? '' : ` (installation ${installationId})`}`;
  return `The GitHub App was installed${where}. Connect it under Settings if its repositories are wanted here.`;
}
