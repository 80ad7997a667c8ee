import { assertNever } from '../lib/assert-never.ts';
import { DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import type { ConnectionTestResult } from '../contract/connections.ts';
import type { GithubFailure, GithubRepository, GithubViewer } from '../github/github.model.ts';

type Check = ConnectionTestResult['checks'][number];
type Name = Check['name'];

/** A check that is right. */
export const ok = (name: Name, text: string): Check => ({ name, ok: true, severity: 'ok', text, fix: null });
/** Works without, but something is missing. */
export const warning = (name: Name, text: string, fix: string): Check => ({
  name,
  ok: true,
  severity: 'warning',
  text,
  fix,
});
/** Filing does not work like this. */
export const error = (name: Name, text: string, fix: string): Check => ({
  name,
  ok: false,
  severity: 'error',
  text,
  fix,
});

const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS;
const EXPIRY_WARNING_DAYS = 14;
const ANONYMOUS_LIMIT = 60;
const BUDGET_LOW = 0.1;

/** What a token is worth, from GitHub's answer to "who am I" (SPEC C2). */
export function checkViewer(viewer: GithubViewer, now: Date): Check[] {
  return [
    ...(viewer.tokenKind === 'installation' ? [] : [ok('token', `GitHub knows this token as @${viewer.login}.`)]),
    ...checkExpiry(viewer, now),
    ...checkBudget(viewer),
    ...checkClock(viewer, now),
  ];
}

/** Whether issues can be filed into the repository, and what GitHub would drop. */
export function checkRepository(repository: GithubRepository, viewer: GithubViewer): Check[] {
  const name = repository.fullName;
  const found = ok('repository', `${name} is ${repository.visibility}.`);
  const checks = [
    repository.visibility === 'public' &&
    viewer.tokenKind === 'classic' &&
    viewer.scopes !== null &&
    !viewer.scopes.some((scope) => scope === 'repo' || scope === 'public_repo')
      ? error(
          'repository',
          `The token may not write to ${name}.`,
          'Give the classic token the scope "public_repo" (or "repo").',
        )
      : found,
  ];
  if (repository.archived)
    checks.push(
      error(
        'issues',
        `${name} is archived, so nothing can be filed there.`,
        'Unarchive it on GitHub, or choose another repository.',
      ),
    );
  else if (!repository.hasIssues)
    checks.push(
      error('issues', `Issues are switched off in ${name}.`, "Switch them on in the repository's settings on GitHub."),
    );
  else checks.push(ok('issues', 'Issues are switched on.'));
  // An App may do what its permissions say; there is no person whose rights count.
  if (viewer.tokenKind === 'installation') return checks;
  checks.push(
    repository.canPush
      ? ok('push', 'Labels, assignees and milestone will be set.')
      : warning(
          'push',
          `@${viewer.login} has no push access: GitHub drops labels, assignees and milestone without a word.`,
          `Give @${viewer.login} write access to ${name} if you want them.`,
        ),
  );
  return checks;
}

/** Why the test stopped, with the exact fix. */
export function checkFailure(
  step: 'token' | 'repository',
  failure: GithubFailure,
  repository: string | null,
  sentence: string,
): Check {
  switch (failure.kind) {
    case 'unauthorized':
      return error('token', sentence, 'Make a new token on GitHub and put it in place of this one.');
    case 'forbidden':
      return error(
        step,
        sentence,
        failure.missingPermissions === null
          ? 'Give the token the permission Issues: read and write, and let the organisation approve it.'
          : `Give the token: ${failure.missingPermissions}.`,
      );
    case 'not_found':
      return step === 'repository'
        ? error(
            'repository',
            `GitHub does not find ${repository ?? 'the repository'} with this token.`,
            'Check the spelling, and that a fine-grained token has this repository selected.',
          )
        : error('address', sentence, 'Check the address: for GitHub Enterprise Server it ends in /api/v3.');
    case 'rate_limited':
      return error('budget', sentence, 'Wait until the limit resets, or use another account.');
    case 'unreachable':
    case 'unavailable':
      return error('address', sentence, 'Check the address, the proxy and the certificate from this machine.');
    case 'gone':
    case 'invalid':
    case 'moved':
    case 'unexpected':
    case 'outcome_unknown':
      return error(
        step === 'token' ? 'address' : 'repository',
        sentence,
        'Check that the address is the REST API of a GitHub.',
      );
    default:
      return assertNever(failure);
  }
}

function checkExpiry(viewer: GithubViewer, now: Date): Check[] {
  if (viewer.expiresAt === null) return [];
  const days = Math.floor((viewer.expiresAt.getTime() - now.getTime()) / DAY_MS);
  const text = `The token expires in ${days} ${days === 1 ? 'day' : 'days'}.`;
  return [
    days < EXPIRY_WARNING_DAYS
      ? warning('expiry', text, 'Make a new one in time; filing waits when it is too late, nothing is lost.')
      : ok('expiry', text),
  ];
}

function checkBudget(viewer: GithubViewer): Check[] {
  const limit = viewer.rateLimit;
  if (limit === null) return [ok('budget', 'This GitHub does not limit requests.')];
  const text = `${limit.remaining} of ${limit.limit} requests are left this hour.`;
  if (limit.limit <= ANONYMOUS_LIMIT)
    return [
      error('budget', `${text} GitHub treats the requests as anonymous.`, 'Check that the token was pasted whole.'),
    ];
  return [
    limit.remaining < limit.limit * BUDGET_LOW
      ? warning('budget', text, "Something else uses this account's requests too; give the hub one of its own.")
      : ok('budget', text),
  ];
}

function checkClock(viewer: GithubViewer, now: Date): Check[] {
  if (viewer.serverTime === null) return [];
  const skewMs = Math.abs(now.getTime() - viewer.serverTime.getTime());
  if (skewMs <= CLOCK_TOLERANCE_MS) return [ok('clock', "This machine's clock agrees with GitHub's.")];
  return [
    warning(
      'clock',
      `This machine's clock is ${Math.round(skewMs / MINUTE_MS)} minutes off GitHub's.`,
      'Let the machine set its clock over the network (NTP).',
    ),
  ];
}
