import type { SandboxAnswer, SandboxIssue } from './sandbox.model.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import type { IssueOrder } from './sandbox-pagination.ts';
import type { IndexKind } from './sandbox-index.ts';
import { issuesInOrder } from './sandbox-index.ts';
import { ok, refusal, validationFailed } from './sandbox-answers.ts';
import { compareIssues, pageByCursor } from './sandbox-pagination.ts';
import { sameName } from './sandbox-state.ts';
import { issueShape } from './sandbox-shapes.ts';

const EPOCH = '1970-01-01T00:00:00Z';

/** `GET /repos/{owner}/{repo}/issues`: issues and pull requests, filtered, sorted and in pages. */
export function listIssues(call: RepositoryCall): SandboxAnswer {
  if (!call.repository.hasIssues) return refusal(410, 'Issues are disabled for this repo');
  const since = call.query.get('since');
  if (since !== null && Number.isNaN(Date.parse(since))) {
    return validationFailed([{ resource: 'Issue', code: 'invalid', field: 'since', value: since }]);
  }
  const order = issueOrder(call.query);
  const tests = issueTests(call);
  const source = {
    ascending: ascendingIssues(call, 'all', order),
    keep: (issue: SandboxIssue) => tests.every((test) => test(issue)),
  };
  const address = `${call.context.api}/repositories/${call.repository.id}/issues`;
  const page = pageByCursor(source, order, { query: call.query, address });
  if ('status' in page) return page;
  return ok(
    page.items.map((issue) => issueShape(call.context, { repository: call.repository, issue })),
    page.headers,
  );
}

/** The issues a reader sees, ascending: from the index, or (an older view, an order without index) sorted for this request. */
export function ascendingIssues(
  { view, repository }: Pick<RepositoryCall, 'view' | 'repository'>,
  kind: IndexKind,
  order: IssueOrder,
): readonly SandboxIssue[] {
  const seen = view.list(repository);
  if (seen === repository.issues && order.index !== null) return issuesInOrder(repository, kind, order.index);
  const ascending = { ...order, descending: false };
  return seen
    .filter((issue) => issue.gone === null && (kind === 'all' || (issue.pull === null) === (kind === 'issue')))
    .sort((a, b) => compareIssues(ascending, a, b));
}

/** An unknown sort is ignored with 200, as GitHub does. */
export function issueOrder(query: URLSearchParams): IssueOrder {
  const descending = query.get('direction') !== 'asc';
  switch (query.get('sort')) {
    case 'updated':
      return { index: 'updated', key: (issue) => issue.updatedAt, descending };
    case 'comments':
      return { index: null, key: (issue) => issue.comments, descending };
    default:
      return { index: 'created', key: (issue) => issue.createdAt, descending };
  }
}

type IssueTest = (issue: SandboxIssue) => boolean;

function issueTests(call: RepositoryCall): IssueTest[] {
  return [
    stateTest(call.query),
    sinceTest(call.query.get('since')),
    labelsTest(call.query.get('labels')),
    loginTest(call.query.get('creator'), (issue) => [issue.author]),
    loginTest(call.query.get('assignee'), (issue) => issue.assignees),
    mentionTest(call.query.get('mentioned')),
    valueTest(call.query.get('milestone'), (issue) => issue.milestone),
    valueTest(call.query.get('type'), (issue) => issue.type),
  ].filter((test) => test !== null);
}

function stateTest(query: URLSearchParams): IssueTest | null {
  const state = query.get('state') ?? 'open';
  return state === 'all' ? null : (issue) => issue.state === (state === 'closed' ? 'closed' : 'open');
}

// The Unix epoch gives an empty list on this endpoint (facts 3.2); any later date works.
function sinceTest(since: string | null): IssueTest | null {
  if (since === null) return null;
  const from = `${new Date(since).toISOString().slice(0, 19)}Z`;
  return from === EPOCH ? () => false : (issue) => issue.updatedAt >= from;
}

function labelsTest(names: string | null): IssueTest | null {
  const wanted = (names ?? '').split(',').filter((name) => name !== '');
  if (wanted.length === 0) return null;
  return (issue) => wanted.every((name) => issue.labels.some((label) => sameName(label, name)));
}

function loginTest(login: string | null, logins: (issue: SandboxIssue) => readonly string[]): IssueTest | null {
  if (login === null) return null;
  if (login === '*') return (issue) => logins(issue).length > 0;
  if (login === 'none') return (issue) => logins(issue).length === 0;
  return (issue) => logins(issue).some((known) => sameName(known, login));
}

function mentionTest(login: string | null): IssueTest | null {
  return login === null ? null : (issue) => (issue.body ?? '').toLowerCase().includes(`@${login.toLowerCase()}`);
}

function valueTest(value: string | null, of: (issue: SandboxIssue) => string | number | null): IssueTest | null {
  if (value === null) return null;
  if (value === '*') return (issue) => of(issue) !== null;
  if (value === 'none') return (issue) => of(issue) === null;
  return (issue) => sameName(String(of(issue)), value);
}
