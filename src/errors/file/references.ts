import { insertReferences, labelsOfRules, selectTrusted } from './references.store.ts';
import { isTrusted, namesOf, numbersIn, referencesIn } from './references.decide.ts';
import { repositoryUrl } from '../../connections/connections.ts';
import { selectFormerIds } from './answers.store.ts';
import { selectSentryConnection } from '../connect/sentry-connections.store.ts';
import { selectError, selectSentryIssuesOf } from '../errors.store.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { GithubIssue } from '../../github/github.model.ts';
import type { NewRow, Sql } from '../../db/db.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { SentryNames } from './references.decide.ts';

/** Notes which Sentry issues the issues of a repository stand for: older scripts and Sentry itself filed some. */
export async function noteReferences(
  sql: Sql,
  connection: GithubConnection,
  issues: readonly GithubIssue[],
): Promise<void> {
  const labels = await labelsOfRules(sql, connection.tenantId);
  const rows = issues
    .filter((issue) => !issue.isPullRequest)
    .flatMap((issue) => rowsOf(connection, issue, isTrusted(issue, { viewerLogin: connection.viewerLogin, labels })));
  await insertReferences(sql, rows);
}

function rowsOf(connection: GithubConnection, issue: GithubIssue, trusted: boolean): NewRow<'sentry_references'>[] {
  return referencesIn(issue.body).map((reference) => ({
    connection_id: connection.id,
    github_id: issue.id,
    number: issue.number,
    host: reference.host,
    ...('sentryId' in reference && { sentry_id: reference.sentryId }),
    ...('shortId' in reference && { organization: reference.organization, short_id: reference.shortId }),
    trusted,
    named_at: issue.updatedAt,
  }));
}

/** What is looked for among the texts of issues on behalf of an error. */
export interface Sought {
  sentry: SentryConnection;
  /** What links call its Sentry issues. */
  names: SentryNames;
  /** Ids that were merged into theirs while this hub did not see it, each with the one that answers for it. */
  formerIds: Map<string, string>;
}

/** What links may call an error; null where no issue that is there can be its own. */
export async function soughtFor(sql: Sql, errorId: string): Promise<Sought | null> {
  const error = await selectError(sql, errorId);
  // a regression that gets an issue of its own is not the issue it follows
  if (error === null || error.regression > 0 || error.sentry_connection_id === null) return null;
  const sentry = await selectSentryConnection(sql, error.sentry_connection_id, null);
  if (sentry === null) return null;
  const rows = await selectSentryIssuesOf(sql, errorId);
  const issues = rows.map(({ sentry_id: id, short_id: shortId, permalink }) => ({ id, shortId, permalink }));
  const names = namesOf(sentry, issues);
  return { sentry, names, formerIds: await selectFormerIds(sql, sentry.id, names.sentryIds) };
}

/** The number of an issue in the repository that another tool filed for one of an error's Sentry issues, or null. */
export async function knownNumber(sql: Sql, errorId: string, connection: GithubConnection): Promise<number | null> {
  const sought = await soughtFor(sql, errorId);
  if (sought === null) return null;
  const { names, formerIds } = sought;
  const sentryIds = [...names.sentryIds, ...formerIds.keys()];
  const [found] = await selectTrusted(sql, connection.id, { ...names, sentryIds });
  return found?.number ?? null;
}

/** Takes an issue of the repository that Sentry itself shows as linked for one that was filed already (facts/sentry.md §8). */
export async function noteNativeLinks(
  sql: Sql,
  target: GithubConnection,
  row: SentryIssueRow,
  host: string,
): Promise<void> {
  await insertReferences(
    sql,
    numbersIn(row.linked_to, repositoryUrl(target.baseUrl, target.repository)).map((number) => ({
      connection_id: target.id,
      github_id: -number, // its id is learnt when it is read
      number,
      host,
      sentry_id: row.sentry_id,
      trusted: true,
    })),
  );
}
