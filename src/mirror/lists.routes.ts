import { HttpProblem } from '../lib/problem.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** What is in the mirrored repositories. */
export function listRoutes(
  _ctx: OutsideCtx,
): Pick<
  Handlers,
  | 'listIssues'
  | 'listRepositoryIssues'
  | 'getRepositoryIssue'
  | 'listPulls'
  | 'getPull'
  | 'listBranches'
  | 'listCollaborators'
  | 'listTeams'
  | 'listLabels'
  | 'listMilestones'
  | 'listActivity'
> {
  const unready = async () => {
    throw new HttpProblem(503, 'This part of the hub is not ready yet.');
  };
  return {
    listIssues: unready,
    listRepositoryIssues: unready,
    getRepositoryIssue: unready,
    listPulls: unready,
    getPull: unready,
    listBranches: unready,
    listCollaborators: unready,
    listTeams: unready,
    listLabels: unready,
    listMilestones: unready,
    listActivity: unready,
  };
}
