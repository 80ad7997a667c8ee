import type { SandboxIssue, SandboxPull, SandboxRepository } from './sandbox.model.ts';
import type { Mergeability } from './sandbox-shapes-pulls.ts';
import { findBranch } from './sandbox-state.ts';

// Which pull requests were asked about, at which heads: GitHub computes for the first question and answers the next.
const computed = new WeakMap<SandboxRepository, Set<string>>();

/** Whether a pull request can be merged: unknown at the first question after each push to its head or base, then the truth. */
export function mergeabilityOf(repository: SandboxRepository, issue: SandboxIssue, pull: SandboxPull): Mergeability {
  if (issue.state === 'closed') return { mergeable: null, state: 'unknown' };
  const asked = computed.get(repository) ?? new Set();
  computed.set(repository, asked);
  const question = `${issue.number} ${pull.headSha} ${findBranch(repository, pull.base)?.sha ?? ''}`;
  if (!asked.has(question)) {
    asked.add(question);
    return { mergeable: null, state: 'unknown' };
  }
  if (pull.mergeableState === 'dirty') return { mergeable: false, state: 'dirty' };
  return { mergeable: true, state: pull.draft ? 'draft' : pull.mergeableState };
}
