import { isLiving, truthOf } from './truth.ts';
import type { ErrorsWorld } from './world.ts';
import type { SandboxSentryIssue } from '../../../src/sandbox/sentry-world.model.ts';

type Random = () => number;

const REASONS = ['completed', 'completed', 'not_planned', 'duplicate'] as const;
const STATUSES = ['resolved', 'resolved', 'ignored', 'unresolved'] as const;
const CULPRITS = ['a.ts in run', 'b.ts in run', 'c.ts in run'] as const;

/** Some things that people and programs do in Sentry and on GitHub. */
export async function actOnBothSides(world: ErrorsWorld, random: Random, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await (random() < 0.45 ? happen(world, random) : change(world, random));
}

async function happen({ sentry }: ErrorsWorld, random: Random): Promise<void> {
  const title = `Error: ${Math.floor(random() * 1e9)} broke`;
  const issue =
    random() < 0.6
      ? { project: 'shop-web', title }
      : { project: 'api', title, culprit: chosen(CULPRITS, random) ?? CULPRITS[0] };
  await sentry.control('POST', 'act', { act: 'newIssue', args: [issue] });
}

async function change(world: ErrorsWorld, random: Random): Promise<void> {
  const { sentry, github } = world;
  const truth = await truthOf(world);
  const living = truth.sentry.filter(isLiving);
  const one = chosen(living, random);
  const filed = chosen(truth.github, random);
  const roll = random();
  if (one === undefined) return;
  if (roll < 0.25) await sentry.control('POST', 'act', { act: 'event', args: [one.id] });
  else if (roll < 0.5)
    await sentry.control('POST', 'act', { act: 'setStatus', args: [one.id, chosen(STATUSES, random)] });
  else if (roll < 0.6) await merge(world, random, living);
  else if (roll < 0.65) await sentry.control('POST', 'act', { act: 'remove', args: [one.id] });
  else if (filed === undefined) return;
  else if (filed.state === 'open' && roll < 0.85)
    await github.control('POST', 'act', { act: 'closeIssue', args: [filed.number, chosen(REASONS, random)] });
  else if (filed.state === 'closed' && roll < 0.95)
    await github.control('POST', 'act', { act: 'reopen', args: [filed.number] });
  else await github.control('POST', 'act', { act: 'comment', args: [filed.number, 'Seen here too.'] });
}

// only issues of one project merge
async function merge({ sentry }: ErrorsWorld, random: Random, living: readonly SandboxSentryIssue[]): Promise<void> {
  const one = chosen(living, random);
  const other = chosen(
    living.filter(({ id, projectId }) => id !== one?.id && projectId === one?.projectId),
    random,
  );
  if (one !== undefined && other !== undefined)
    await sentry.control('POST', 'act', { act: 'merge', args: [one.id, other.id] });
}

function chosen<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
