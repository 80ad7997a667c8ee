import { changeText } from './activity.decide.ts';
import type { ChangeRow } from './lists-activity.store.ts';
import type { IssueRow, PullRow } from './lists.store.ts';
import type { ItemChange, MirroredBranch, MirroredIssue, MirroredPull } from '../contract/mirror.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Row } from '../db/db.model.ts';

/** An issue as the API shows it, with the reports the caller may see. */
export function issueView(
  row: IssueRow,
  reports: readonly { issueId: string; id: string; title: string }[],
): MirroredIssue {
  return {
    id: row.id,
    repository: row.full_name,
    number: row.number,
    url: row.url,
    title: row.title,
    state: row.state,
    state_reason: row.state_reason,
    type: row.type,
    labels: labelsOf(row.labels),
    assignees: row.assignees,
    author: row.author,
    comments: row.comments,
    milestone: row.milestone === null ? null : { number: row.milestone, title: row.milestone_title },
    locked: row.locked,
    source: row.source,
    gone: row.gone,
    moved_to: row.moved_to,
    reports: reports.filter(({ issueId }) => issueId === row.id).map(({ id, title }) => ({ id, title })),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    closed_at: row.closed_at?.toISOString() ?? null,
  };
}

export function pullView(row: PullRow): MirroredPull {
  return {
    id: row.id,
    repository: row.full_name,
    number: row.number,
    url: row.url,
    title: row.title,
    state: row.state,
    draft: row.draft,
    author: row.author,
    head: { ref: row.head_ref, sha: row.head_sha, repository: row.head_repository },
    base: { ref: row.base_ref, sha: row.base_sha },
    mergeable: row.mergeable,
    merge_state: row.merge_state,
    review_decision: row.review_decision,
    reviews: row.reviews,
    requested_reviewers: row.requested_reviewers,
    requested_teams: row.requested_teams,
    labels: labelsOf(row.labels),
    assignees: row.assignees,
    milestone: row.milestone === null ? null : { number: row.milestone, title: row.milestone_title },
    comments: row.comments,
    gone: row.gone,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    closed_at: row.closed_at?.toISOString() ?? null,
    merged_at: row.merged_at?.toISOString() ?? null,
  };
}

function labelsOf(labels: readonly { name: string; color: string }[]): { name: string; color: string }[] {
  return labels.map(({ name, color }) => ({ name, color }));
}

export function commentView(row: Row<'comments'>) {
  const { id, author, body, url } = row;
  return { id, author, body, url, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() };
}

export function branchView(row: Row<'branches'>, repository: MirroredRepository): MirroredBranch {
  return {
    name: row.name,
    sha: row.sha,
    url: `${repository.url}/tree/${row.name.split('/').map(encodeURIComponent).join('/')}`,
    protected: row.protected,
    default: row.name === repository.default_branch,
    committed_at: row.committed_at?.toISOString() ?? null,
  };
}

export function milestoneView(row: Row<'milestones'>) {
  return {
    number: row.number,
    title: row.title,
    description: row.description,
    state: row.state,
    url: row.url,
    due_on: row.due_on?.toISOString() ?? null,
    closed_at: row.closed_at?.toISOString() ?? null,
  };
}

export function changeView(row: ChangeRow): ItemChange {
  const change = {
    id: row.id,
    at: row.at.toISOString(),
    seen_at: row.seen_at.toISOString(),
    item_kind: row.item_kind,
    item: row.number === null ? (row.name ?? '') : `#${row.number}`,
    title: row.title,
    url: row.url,
    field: row.field,
    before: row.before,
    after: row.after,
    via: row.via,
    actor: row.actor,
  };
  return { ...change, text: changeText(change) };
}
