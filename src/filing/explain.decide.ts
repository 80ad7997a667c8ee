import { ended } from '../lib/sentence.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { FilingState } from './filing.model.ts';

export interface Explained {
  /** What is filed, as a person calls it. */
  what: 'report' | 'error';
  state: FilingState;
  repository: string | null;
  enabled: boolean;
  pausedMessage: string | null;
  /** What went wrong last; of what is synced: what its issue was to get besides, and why it did not. */
  failureMessage: string | null;
  /** Not before the repository's markers are read. */
  waitsForMarkers: boolean;
  issueNumber: number | null;
}

/** Why an item is, or is not yet, synced (SPEC T1): one or two plain sentences, with what to do where a person must act. */
export function explainFiling(filing: Explained): string {
  const where = filing.repository ?? 'GitHub';
  switch (filing.state) {
    case 'synced':
      return explainSynced(filing, where);
    case 'failed':
      return `GitHub refused it: ${ended(filing.failureMessage ?? 'no reason was given')} Correct it and try again.`;
    case 'sending':
      return `Being sent to ${where} now.`;
    case 'unknown':
      return `It was sent to ${where}, but no answer came. GitHub is being searched for it before anything is sent again, so it cannot be filed twice.`;
    case 'pending':
      return explainPending(filing, where);
    default:
      return assertNever(filing.state);
  }
}

function explainSynced({ issueNumber, failureMessage }: Explained, where: string): string {
  const filed = issueNumber === null ? `Filed in ${where}.` : `Filed as #${issueNumber} in ${where}.`;
  return failureMessage === null ? filed : `${filed} ${ended(failureMessage)}`;
}

function explainPending(filing: Explained, where: string): string {
  if (filing.repository === null)
    return `No GitHub repository is connected for it yet. The ${filing.what} is kept and is sent as soon as an admin connects one.`;
  if (!filing.enabled)
    return `The connection to ${where} is switched off. The ${filing.what} is kept and is sent when an admin switches it on.`;
  if (filing.pausedMessage !== null)
    return `${ended(filing.pausedMessage)} Filing waits; the ${filing.what} is kept and is sent when an admin has mended the connection.`;
  if (filing.waitsForMarkers)
    return `The issues already in ${where} are being read first, so that nothing is filed twice.`;
  if (filing.failureMessage !== null)
    return `Not sent yet: ${ended(filing.failureMessage)} It is tried again by itself.`;
  return `Received, and about to be sent to ${where}.`;
}
