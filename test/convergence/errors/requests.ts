import { isPageFault } from '../../fakes/sentry-faults.ts';
import type { BadRequest, ErrorAct, Look } from './history.ts';
import type { ErrorsHub } from './hub.ts';
import type { FakeGithub } from '../../fakes/github-server.ts';
import type { FakeSentry } from '../../fakes/sentry.ts';

interface Watched {
  github: FakeGithub;
  sentry: FakeSentry;
  hub: () => ErrorsHub;
  act: (act: ErrorAct) => void;
}

/** Lets requests of the hub meet what a step plans for them, counted from the step's begin. Nothing of a dead hub arrives. */
export function watchRequests({ github, sentry, hub, act }: Watched): { meet: (look: Look | null) => void } {
  let plan: Look | null = null;
  const counts = { github: 0, sentry: 0 };
  let dying: 'commit_then_drop' | 'drop_before' | null = null;
  const next = (on: BadRequest['on']): BadRequest['fault'] | null => {
    if (dying !== null || hub().isDead()) return 'drop_before';
    if (plan === null) return null;
    counts[on] += 1;
    const all = counts.github + counts.sentry;
    for (const { request, act: planned } of plan.during) if (request === all) act(planned);
    if (plan.dies?.at === 'request' && plan.dies.count === all) {
      dying = plan.dies.done ? 'commit_then_drop' : 'drop_before';
      hub().dieAt(1);
      return dying;
    }
    return plan.weather.find((bad) => bad.on === on && bad.request === counts[on])?.fault ?? null;
  };
  github.faults.take = () => {
    const fault = next('github');
    return fault === null
      ? null
      : { do: fault as Extract<BadRequest, { on: 'github' }>['fault'], retryAfterSeconds: 1 };
  };
  sentry.faults.take = ({ method, path }) => {
    const fault = next('sentry') as Extract<BadRequest, { on: 'sentry' }>['fault'] | null;
    if (fault === null) return null;
    const isPage = method === 'GET' && path.endsWith('/issues/');
    return isPageFault(fault) && !isPage ? null : { do: fault, rows: 1, resetInSeconds: 0 };
  };
  return {
    meet(look) {
      plan = look;
      dying = null;
      Object.assign(counts, { github: 0, sentry: 0 });
    },
  };
}
