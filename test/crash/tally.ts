/** What the rounds came to. A round is one process killed while a filing was under way. */
export interface Tally {
  /** Kills while at least one accepted report had no issue yet, or while the process held a repository's lane. */
  rounds: number;
  /** All kills, also of a process that had nothing to do. */
  kills: number;
  /** Kills that left a filing between its intent and its answer: the moment nobody can know about. */
  insideSending: number;
  /** Reports that were accepted, or Sentry issues that a rule takes, and that were counted on GitHub. */
  counted: number;
  duplicates: number;
  losses: number;
  /** The names of the instants that processes ended themselves at. */
  instants: Set<string>;
  /** One sentence for each duplicate and loss. */
  faults: string[];
}

export function emptyTally(): Tally {
  return {
    rounds: 0,
    kills: 0,
    insideSending: 0,
    counted: 0,
    duplicates: 0,
    losses: 0,
    instants: new Set(),
    faults: [],
  };
}

/** The last line of a run: everything somebody would ask, in one. */
export function lastLine(tally: Tally, what: 'reports' | 'Sentry issues', seed: number, seconds: number): string {
  return [
    `rounds ${tally.rounds}`,
    `kills ${tally.kills}`,
    `inside sending ${tally.insideSending}`,
    `instants ${tally.instants.size}`,
    `${what} ${tally.counted}`,
    `duplicates ${tally.duplicates}`,
    `losses ${tally.losses}`,
    `seed ${seed}`,
    `${Math.round(seconds)} s`,
  ].join(', ');
}

/** Repeatable random numbers in [0, 1): the same seed asks for the same moments and faults (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
