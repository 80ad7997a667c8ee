import { addComment } from './sandbox-comments.ts';
import { editIssue } from './sandbox-issues.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import type { SandboxRepository, SandboxWorld } from './sandbox.model.ts';

const DEVELOPER = 'octo-dev';

/** What becomes of an issue in the demo, as a developer on GitHub would have done it. */
export type SandboxFate = 'open' | 'in progress' | 'completed' | 'not planned' | 'refused';

/** Acts in the sandbox's first repository as its developer. */
export function actOnSandbox(world: SandboxWorld): {
  setIssues(enabled: boolean): void;
  give(title: string, fate: SandboxFate): void;
} {
  return {
    setIssues(enabled) {
      firstRepository(world).hasIssues = enabled;
    },
    give(title, fate) {
      const target = targetOf(world, title);
      if (fate === 'in progress') {
        const assigned = editIssue(world, target, { assignees: [DEVELOPER], labels: [...target.issue.labels, 'bug'] });
        addComment(world, { ...target, issue: assigned }, 'I can reproduce this. A fix is on its way.');
      }
      if (fate === 'completed') {
        addComment(world, target, 'The job ran with the wrong time zone. Fixed in 4.12.2.');
        editIssue(world, targetOf(world, title), { state: 'closed', stateReason: 'completed' });
      }
      if (fate === 'not planned') editIssue(world, target, { state: 'closed', stateReason: 'not_planned' });
    },
  };
}

function firstRepository(world: SandboxWorld): SandboxRepository {
  const [repository] = world.state.repositories;
  if (repository === undefined) throw new Error('the sandbox has no repository');
  return repository;
}

function targetOf(world: SandboxWorld, title: string): IssueTarget {
  const repository = firstRepository(world);
  const issue = repository.issues.findLast((candidate) => candidate.title.includes(title));
  if (issue === undefined) throw new Error(`the sandbox has no issue "${title}"`);
  return { repository, issue, actor: DEVELOPER };
}
