import { OUTCOMES } from '../one-shot/one-shot.model.ts';
import type { OneShotResult, Outcome } from '../one-shot/one-shot.model.ts';
import type { SentrySyncSettings } from '../sentry-sync-settings.ts';

const WORDS: Record<Outcome, string> = {
  filed: 'filed',
  taken_over: 'taken over',
  known: 'known',
  waiting: 'waiting',
  unknown: 'unclear',
  failed: 'refused',
  skipped: 'skipped',
};
/** Said only when there are some. */
const SELDOM: readonly Outcome[] = ['unknown', 'failed'];

type About = Pick<SentrySyncSettings, 'githubRepo' | 'dryRun'>;

/** What a run did, in one line. */
export function summaryOf({ githubRepo, dryRun }: About, result: OneShotResult, seconds: number): string {
  const counts = countsOf(result);
  const parts = OUTCOMES.filter((outcome) => counts[outcome] > 0 || !SELDOM.includes(outcome)).map((outcome) => {
    const word = dryRun && outcome === 'filed' ? 'to be filed' : WORDS[outcome];
    return `${counts[outcome]} ${word}`;
  });
  const requests = `${result.requests} ${result.requests === 1 ? 'request' : 'requests'}`;
  return `${parts.join(', ')} in ${githubRepo}; ${requests}, ${seconds.toFixed(1)} s`;
}

/** What a dry run would file: each issue as GitHub would get it. */
export function wouldBeFiled({ items }: OneShotResult): string[] {
  return items.flatMap(({ draft }) =>
    draft === null ? [] : [`${draft.title}\nlabels: ${draft.labels.join(', ')}\n\n${draft.body}\n${'-'.repeat(72)}`],
  );
}

/** The same for programs, with each Sentry issue. */
export function reportOf({ githubRepo, dryRun }: About, result: OneShotResult, seconds: number, exitCode: number) {
  return {
    repository: githubRepo,
    dry_run: dryRun,
    exit_code: exitCode,
    counts: countsOf(result),
    requests: result.requests,
    seconds: Number(seconds.toFixed(3)),
    items: result.items.map(({ issue, outcome, why, number, draft }) => ({
      sentry_id: issue.id,
      short_id: issue.shortId,
      title: issue.title,
      sentry_url: issue.permalink,
      outcome,
      why,
      number,
      github_url: number === null || result.repositoryUrl === null ? null : `${result.repositoryUrl}/issues/${number}`,
      ...(draft === null ? {} : { draft }),
    })),
    notes: result.notes,
    trouble: result.trouble,
  };
}

function countsOf({ items }: OneShotResult): Record<Outcome, number> {
  const counts = { filed: 0, taken_over: 0, known: 0, waiting: 0, unknown: 0, failed: 0, skipped: 0 };
  for (const { outcome } of items) counts[outcome] += 1;
  return counts;
}
