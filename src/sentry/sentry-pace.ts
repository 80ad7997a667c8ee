import { createHash } from 'node:crypto';
import { after } from '../lib/clock.ts';
import { CALLS_PER_SECOND, decideTurn, type Heard, IDLE_PACE, learnPace, type Pace } from './sentry-pace.decide.ts';
import type { SentryAccess } from './sentry.model.ts';

/** Holds all calls of one credential in this process to Sentry's limits and our own politeness. */
export interface Governor {
  /** Waits for a turn, writes before reads. When Sentry has asked for a longer pause, `waitMs` says how long, and nothing is done. */
  run<T>(kind: 'read' | 'write', work: () => Promise<T>): Promise<{ done: T } | { waitMs: number }>;
  /** To be told of every answer; gives how long a rate limit asks to wait. */
  learn(heard: Heard): number;
  budget(): { limit: number; remaining: number; resetAt: Date } | null;
}

const governors = new Map<string, Governor>();

/** One governor for a token at an address: Sentry counts by who is asking, so every door shares it, at the pace of the first. */
export function governorFor(
  { baseUrl, token }: Pick<SentryAccess, 'baseUrl' | 'token'>,
  callsPerSecond = CALLS_PER_SECOND,
): Governor {
  const key = `${baseUrl} ${createHash('sha256').update(token.reveal()).digest('hex')}`;
  const governor = governors.get(key) ?? newGovernor(callsPerSecond);
  governors.set(key, governor);
  return governor;
}

function newGovernor(callsPerSecond: number): Governor {
  let pace: Pace = IDLE_PACE;
  let budget: ReturnType<Governor['budget']> = null;
  let timer: NodeJS.Timeout | null = null;
  /** Calls that wait, first come first served; each is told its turn, or how long to stay away. */
  const waiting: Record<'read' | 'write', ((waitMs: number | null) => void)[]> = { read: [], write: [] };
  const advance = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    while (waiting.write.length + waiting.read.length > 0) {
      const turn = decideTurn(pace, performance.now(), callsPerSecond);
      if (turn.do === 'wait_for_another') return;
      if (turn.do === 'wait') {
        timer = setTimeout(advance, Math.ceil(turn.ms));
        return;
      }
      if (turn.do === 'start') pace = turn.pace;
      (waiting.write.shift() ?? waiting.read.shift())?.(turn.do === 'refuse' ? Math.ceil(turn.ms) : null);
    }
  };
  return {
    run: async (kind, work) => {
      const waitMs = await new Promise<number | null>((resolve) => {
        waiting[kind].push(resolve);
        advance();
      });
      if (waitMs !== null) return { waitMs };
      try {
        return { done: await work() };
      } finally {
        pace = { ...pace, running: pace.running - 1 };
        advance();
      }
    },
    learn: (heard) => {
      const learned = learnPace(pace, heard, performance.now());
      pace = learned.pace;
      const { limits } = learned;
      if (limits !== null)
        budget = {
          limit: limits.limit,
          remaining: limits.remaining,
          resetAt: after(heard.wall, limits.resetInMs ?? 0),
        };
      return learned.waitMs;
    },
    budget: () => budget,
  };
}
