import type { GithubSide, SentrySide } from '../errors.model.ts';

/** What tells a Sentry issue's side. */
export interface SentryState {
  status: string;
  substatus: string | null;
  statusDetails: Record<string, unknown>;
  gone: 'deleted' | 'merged' | null;
}

type Standing = 'unresolved' | 'regressed' | 'escalating' | 'resolved' | 'auto_resolved' | 'ignored' | 'passing';

/**
 * Sentry's side of an error that several Sentry issues may share: unresolved as long as one is, and `regressed` or `escalating`
 * only when every one that is unresolved came back. `ignored` goes before `resolved`: what is archived was not fixed. Null: one
 * is being merged, deleted or reprocessed, or is in a status this hub does not know: nobody can say yet.
 */
export function sentrySideOf(issues: readonly SentryState[]): SentrySide | null {
  const standing = issues.filter(({ gone }) => gone === null).map(standingOf);
  if (standing.length === 0) return 'gone';
  if (standing.includes('passing')) return null;
  const cameBack = standing.filter((one) => one === 'regressed' || one === 'escalating');
  if (standing.includes('unresolved')) return 'unresolved';
  if (cameBack.length > 0) return cameBack.includes('regressed') ? 'regressed' : 'escalating';
  if (standing.includes('ignored')) return 'ignored';
  return standing.includes('resolved') ? 'resolved' : 'auto_resolved';
}

function standingOf({ status, substatus, statusDetails }: SentryState): Standing {
  switch (status) {
    case 'unresolved':
      return substatus === 'regressed' || substatus === 'escalating' ? substatus : 'unresolved';
    case 'resolved':
      return statusDetails['autoResolved'] === true ? 'auto_resolved' : 'resolved';
    case 'ignored':
    case 'muted': // its name on old servers
      return 'ignored';
    default:
      return 'passing';
  }
}

/** GitHub's side of an error, from the mirror's row. */
export function githubSideOf(issue: {
  state: 'open' | 'closed';
  state_reason: string | null;
  gone: string | null;
}): GithubSide {
  if (issue.gone !== null) return 'gone';
  if (issue.state === 'open') return 'open';
  return issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate' ? issue.state_reason : 'closed';
}
