import { ended } from '../lib/sentence.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { SentryFailure } from '../sentry/sentry.model.ts';
import type { Trouble } from './one-shot.model.ts';

const PASSES = ['rate_limited', 'unreachable', 'unavailable', 'outcome_unknown', 'duplicate'];

/** What a failure of Sentry's means for the run: it passes by itself, or a person must act. */
export function sentryTrouble({ kind, message }: SentryFailure): Trouble {
  return { refused: !PASSES.includes(kind), message: `Sentry: ${ended(message)}` };
}

/** The same for a failure of GitHub's, whose words `sentence` are. */
export function githubTrouble(failure: GithubFailure, sentence: string): Trouble {
  const untrusted = failure.kind === 'unreachable' && failure.certificate === true;
  return { refused: untrusted || !PASSES.includes(failure.kind), message: `GitHub: ${ended(sentence)}` };
}
