import type { SandboxIssue, SandboxPull, SandboxRepository } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxBranch, SandboxReview } from '../../src/sandbox/sandbox-records.model.ts';
import type { Doing } from '../../src/sandbox/sandbox-labels.ts';
import type { Finding } from './github-finding.ts';
import * as branches from '../../src/sandbox/sandbox-branches.ts';
import * as pulls from '../../src/sandbox/sandbox-pulls.ts';

type Asked = Parameters<typeof pulls.requestReviewers>[2];

/** What people do to pull requests and branches. */
export interface PullActors {
  setDraft(number: number, draft: boolean, fullName?: string): SandboxIssue;
  changeBase(number: number, base: string, fullName?: string): SandboxIssue;
  setMergeableState(number: number, state: SandboxPull['mergeableState'], fullName?: string): SandboxIssue;
  deleteFork(number: number, fullName?: string): SandboxIssue;
  merge(number: number, fullName?: string): SandboxIssue;
  requestReviewers(number: number, asked: Asked, fullName?: string): SandboxIssue;
  removeReviewers(number: number, removed: Asked, fullName?: string): SandboxIssue;
  review(number: number, state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED', fullName?: string): SandboxReview;
  editReview(number: number, id: number, body: string, fullName?: string): SandboxReview;
  dismissReview(number: number, id: number, fullName?: string): SandboxReview;
  createBranch(name: string, fullName?: string): SandboxBranch;
  push(branch: string, message?: string, fullName?: string): SandboxBranch;
  forcePush(branch: string, message?: string, fullName?: string): SandboxBranch;
  renameBranch(name: string, to: string, fullName?: string): void;
  deleteBranch(name: string, fullName?: string): void;
  protectBranch(name: string, isProtected?: boolean, fullName?: string): void;
}

export function pullActors(finding: Finding): PullActors {
  const { world, actor, find, target } = finding;
  const doing = (fullName?: string): Doing => ({ repository: find(fullName), actor });
  return {
    setDraft: (number, draft, fullName) => pulls.setDraft(world, target(number, fullName), draft),
    changeBase: (number, base, fullName) => pulls.changeBase(world, target(number, fullName), base),
    setMergeableState: (number, state, fullName) => pulls.setMergeableState(world, target(number, fullName), state),
    deleteFork: (number, fullName) => pulls.deleteFork(world, target(number, fullName)),
    merge: (number, fullName) => pulls.mergePull(world, target(number, fullName)),
    requestReviewers: (number, asked, fullName) => pulls.requestReviewers(world, target(number, fullName), asked),
    removeReviewers: (number, removed, fullName) => pulls.removeReviewers(world, target(number, fullName), removed),
    review: (number, state, fullName) => pulls.submitReview(world, target(number, fullName), { state }),
    editReview: (number, id, body, fullName) =>
      pulls.editReview(world, target(number, fullName), reviewOf(find(fullName), number, id), body),
    dismissReview: (number, id, fullName) =>
      pulls.dismissReview(world, target(number, fullName), reviewOf(find(fullName), number, id)),
    createBranch: (name, fullName) => branches.createBranch(world, doing(fullName), name),
    push: (branch, message = 'A change', fullName) => branches.pushCommit(world, doing(fullName), { branch, message }),
    forcePush: (branch, message = 'Another change', fullName) =>
      branches.pushCommit(world, doing(fullName), { branch, message, forced: true }),
    renameBranch: (name, to, fullName) => branches.renameBranch(world, doing(fullName), name, to),
    deleteBranch: (name, fullName) => branches.deleteBranch(world, doing(fullName), name),
    protectBranch: (name, isProtected = true, fullName) => branches.protectBranch(find(fullName), name, isProtected),
  };
}

function reviewOf(repository: SandboxRepository, number: number, id: number): SandboxReview {
  const review = repository.reviews[number]?.find((candidate) => candidate.id === id);
  if (review === undefined) throw new Error(`the fake has no review ${id} of #${number}`);
  return review;
}
