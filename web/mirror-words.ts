import type { Health, SyncRun } from '../src/contract/connections.ts';
import type { Delivery } from '../src/contract/deliveries.ts';
import type { MirroredIssue, MirroredPull, Repository } from '../src/contract/mirror.ts';
import type { StateView } from './ui/mark.model.ts';
import { healthOf } from './words.ts';

const GONE: Record<NonNullable<MirroredIssue['gone']>, StateView> = {
  deleted: { word: 'Deleted', tone: 'quiet', shape: 'slash' },
  transferred: { word: 'Transferred', tone: 'quiet', shape: 'arrow' },
  converted: { word: 'Now a discussion', tone: 'quiet', shape: 'arrow' },
  not_found: { word: 'Not found', tone: 'amber', shape: 'warning' },
};

const REASONS: Record<string, StateView> = {
  not_planned: { word: 'Not planned', tone: 'quiet', shape: 'slash' },
  duplicate: { word: 'Duplicate', tone: 'quiet', shape: 'copies' },
};

/** A mirrored issue's state in GitHub's words. */
export function issueState(issue: Pick<MirroredIssue, 'state' | 'state_reason' | 'gone'>): StateView {
  if (issue.gone !== null) return GONE[issue.gone];
  if (issue.state === 'closed')
    return REASONS[issue.state_reason ?? ''] ?? { word: 'Closed', tone: 'plum', shape: 'check' };
  return { word: issue.state_reason === 'reopened' ? 'Reopened' : 'Open', tone: 'accent', shape: 'open' };
}

/** A pull request's state in GitHub's words. */
export function pullState(pull: Pick<MirroredPull, 'state' | 'draft' | 'gone'>): StateView {
  if (pull.gone !== null) return GONE[pull.gone];
  if (pull.state === 'merged') return { word: 'Merged', tone: 'plum', shape: 'check' };
  if (pull.state === 'closed') return { word: 'Closed', tone: 'quiet', shape: 'slash' };
  return pull.draft
    ? { word: 'Draft', tone: 'quiet', shape: 'waiting' }
    : { word: 'Open', tone: 'accent', shape: 'open' };
}

const MERGEABLE: Record<NonNullable<MirroredPull['mergeable']>, string> = {
  mergeable: 'can be merged',
  conflicting: 'has conflicts',
  unknown: 'GitHub has not computed it yet',
};

/** Whether a pull request can be merged, in words. */
export function mergeableWords({ mergeable }: Pick<MirroredPull, 'mergeable'>): string {
  return mergeable === null ? 'not read yet' : MERGEABLE[mergeable];
}

const REVIEWS: Record<string, string> = {
  approved: 'approved',
  changes_requested: 'changes requested',
  review_required: 'review required',
  commented: 'commented',
  dismissed: 'dismissed',
  pending: 'pending',
};

/** A review decision or the state of one review, in words. */
export function reviewWords(state: string): string {
  return REVIEWS[state.toLowerCase()] ?? state.toLowerCase().replaceAll('_', ' ');
}

const NO_NEWS = 'Changes are seen by the scheduled sync.';
const HOOK_REASONS: Record<Repository['hook']['state'], string> = {
  healthy: 'GitHub tells of changes at once.',
  failing: `The last delivery did not arrive. ${NO_NEWS}`,
  inactive: `The webhook is switched off at GitHub. ${NO_NEWS}`,
  none: `There is no webhook. ${NO_NEWS}`,
};
const HOOK_HEALTH = { healthy: 'healthy', failing: 'delayed', inactive: 'off', none: 'off' } as const;

/** A webhook in one of the health words. */
export function hookView(state: Repository['hook']['state']): StateView {
  return healthOf(HOOK_HEALTH[state]);
}

/** The webhooks of a tracked repository as a direction of the health page; how it is read is one already. */
export function hookDirection(repository: Repository): Health['directions'] {
  const { full_name: fullName, connection_id, hook, mirrors } = repository;
  if (mirrors === 'linked') return [];
  const { state, message, last_delivery_at: lastAt } = hook;
  const said = state === 'failing' && message !== null ? ` GitHub says: “${message}”.` : '';
  return [
    {
      connection_id,
      direction: 'sync',
      name: `Webhooks of ${fullName}`,
      word: HOOK_HEALTH[state],
      since: state === 'failing' ? lastAt : null,
      reason: HOOK_REASONS[state] + said,
      fix: state === 'failing' ? 'Look at its webhooks: they say what to do.' : null,
    },
  ];
}

const RUNS: Record<SyncRun['state'], StateView> = {
  running: { word: 'running', tone: 'accent', shape: 'arrow' },
  done: { word: 'done', tone: 'quiet', shape: 'check' },
  // it goes on by itself; where a person must act, the health of the repository says so
  failed: { word: 'ended early', tone: 'amber', shape: 'warning' },
};
const KINDS: Record<SyncRun['kind'], string> = {
  sync: 'Sync',
  import: 'Import',
  reconcile: 'Comparison',
  sample: 'Sample',
};
const TRIGGERS: Record<SyncRun['trigger'], string> = {
  person: 'asked for by a person',
  schedule: 'by schedule',
  webhook: 'after a webhook',
  start: 'at the start',
};

/** The look of a run's state. */
export function runState(run: Pick<SyncRun, 'state'>): StateView {
  return RUNS[run.state];
}

/** What a run is and who wanted it: "Import, by schedule". */
export function runWords({ kind, trigger }: Pick<SyncRun, 'kind' | 'trigger'>): string {
  return `${KINDS[kind]}, ${TRIGGERS[trigger]}`;
}

const DELIVERIES: Record<Delivery['state'], StateView> = {
  received: { word: 'waiting', tone: 'amber', shape: 'waiting' },
  applied: { word: 'applied', tone: 'quiet', shape: 'check' },
  ignored: { word: 'ignored', tone: 'quiet', shape: 'slash' },
  failed: { word: 'failed', tone: 'red', shape: 'stop' },
};

/** The look of a delivery's state. */
export function deliveryState(delivery: Pick<Delivery, 'state'>): StateView {
  return DELIVERIES[delivery.state];
}

/** `issues.opened`, as GitHub's documentation writes it. */
export function eventWords({ event, action }: Pick<Delivery, 'event' | 'action'>): string {
  return action === null ? event : `${event}.${action}`;
}

/** What a delivery did, or why it did nothing; null while nothing is known. */
export function deliveryReason({
  state,
  attempts,
  message,
}: Pick<Delivery, 'state' | 'attempts' | 'message'>): string | null {
  if (message === null || state === 'applied' || state === 'ignored') return message;
  const tried = attempts === 1 ? 'The first attempt' : `The last of ${attempts} attempts`;
  return `${tried} ended with: “${message}”`;
}
