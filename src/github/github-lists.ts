import { ask, type Door, repositoryPath } from './github-ask.ts';
import { type ListOf, readPage } from './github-pages.ts';
import type { GithubReads } from './github-reads.model.ts';
import type { RepositoryRef } from './github.model.ts';
import { parseIssue } from './github.parse.ts';
import {
  parseBranch,
  parseCollaborator,
  parseComment,
  parseLabel,
  parseMilestone,
  parseTeam,
} from './github-lists.parse.ts';
import { parsePull } from './github-pulls.parse.ts';

type Lists = Pick<
  GithubReads,
  | 'issuePage'
  | 'pullPage'
  | 'commentPage'
  | 'issueCommentPage'
  | 'comment'
  | 'labelPage'
  | 'milestonePage'
  | 'collaboratorPage'
  | 'teamPage'
  | 'branchPage'
>;

/** The lists of one repository, page by page, and one comment of them. */
export function repositoryLists(door: Door): Lists {
  const below = <T>(r: RepositoryRef, path: string, parse: ListOf<T>['parse']) => {
    const base = repositoryPath(r);
    return { path: base === null ? null : base + path, parse };
  };
  return {
    issuePage: (r, { state, sort, direction, since }, page) => {
      const parameters = { state, sort, direction, ...sinceParameter(since) };
      return readPage(door, { ...below(r, '/issues', parseIssue), parameters }, page);
    },
    pullPage: (r, query, page) =>
      readPage(door, { ...below(r, '/pulls', parsePull), parameters: { state: 'all', ...query } }, page),
    commentPage: (r, { sort, direction, since }, page) => {
      const parameters = { sort, direction, ...sinceParameter(since) };
      return readPage(door, { ...below(r, '/issues/comments', parseComment), parameters }, page);
    },
    issueCommentPage: (r, number, page) => readPage(door, below(r, `/issues/${number}/comments`, parseComment), page),
    comment: (r, id) =>
      ask(door, r, { method: 'GET', path: `/issues/comments/${id}` }, ({ body }) => parseComment(body)),
    labelPage: (r, page) => readPage(door, below(r, '/labels', parseLabel), page),
    milestonePage: (r, page) =>
      readPage(door, { ...below(r, '/milestones', parseMilestone), parameters: { state: 'all' } }, page),
    collaboratorPage: (r, page) =>
      readPage(door, { ...below(r, '/collaborators', parseCollaborator), parameters: { affiliation: 'all' } }, page),
    teamPage: (r, page) => readPage(door, below(r, '/teams', parseTeam), page),
    branchPage: (r, page) => readPage(door, below(r, '/branches', parseBranch), page),
  };
}

// GitHub keeps whole seconds, and answers the Unix epoch with an empty list (facts 3.2): no `since` means the same.
function sinceParameter(since: Date | undefined): { since?: string } {
  if (since === undefined || since.getUTCFullYear() <= 1970) return {};
  return { since: since.toISOString().replace(/\.\d+Z$/, 'Z') };
}
