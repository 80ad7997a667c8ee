import { HttpProblem } from '../lib/problem.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** Mirrored repositories over HTTP. */
export function repositoryRoutes(
  _ctx: OutsideCtx,
): Pick<
  Handlers,
  | 'listRepositories'
  | 'trackRepository'
  | 'listAvailableRepositories'
  | 'repositoryCosts'
  | 'getRepository'
  | 'changeRepository'
  | 'untrackRepository'
  | 'syncRepository'
  | 'importItems'
  | 'drift'
> {
  const unready = async () => {
    throw new HttpProblem(503, 'This part of the hub is not ready yet.');
  };
  return {
    listRepositories: unready,
    trackRepository: unready,
    listAvailableRepositories: unready,
    repositoryCosts: unready,
    getRepository: unready,
    changeRepository: unready,
    untrackRepository: unready,
    syncRepository: unready,
    importItems: unready,
    drift: unready,
  };
}
