import type { SandboxRequest } from '../../src/sandbox/sandbox.model.ts';

/** What every fault says of the requests it strikes. */
export interface AnyFault {
  /** Method, path and query; what is left out matches everything. */
  match?: {
    method?: string;
    path?: RegExp;
    query?: RegExp;
    /** GraphQL: what the body says, as the name of a mutation. */
    text?: RegExp;
    /** GraphQL: only a question that asks for pages or lists of ids larger than this. */
    sizeAbove?: number;
  };
  /** How many requests it hits; left out: one. `Infinity` for all that follow. */
  times?: number;
  /** Lets this many matching requests pass before it strikes. */
  skip?: number;
  /** Strikes a matching request only with this probability (0..1). */
  chance?: number;
}

export interface Added<F extends AnyFault> {
  readonly fault: F;
  /** How often it struck. */
  readonly hits: number;
  remove(): void;
}

export interface FaultList<F extends AnyFault> {
  add(fault: F): Added<F>;
  clear(): void;
  /** The fault that strikes this request, counted down; null when none does. `size`: what a GraphQL question asks for. */
  take(request: SandboxRequest, size?: number): F | null;
}

interface Waiting<F extends AnyFault> {
  fault: F;
  left: number;
  skip: number;
  hits: number;
}

/** A list of faults, first added first taken. */
export function listOfFaults<F extends AnyFault>(): FaultList<F> {
  let waiting: Waiting<F>[] = [];
  return {
    add(fault) {
      const entry: Waiting<F> = { fault, left: fault.times ?? 1, skip: fault.skip ?? 0, hits: 0 };
      waiting.push(entry);
      return {
        fault,
        get hits(): number {
          return entry.hits;
        },
        remove() {
          waiting = waiting.filter((other) => other !== entry);
        },
      };
    },
    clear() {
      waiting = [];
    },
    take(request, size = 0) {
      const entry = waiting.find((candidate) => strikes(candidate, request, size));
      if (entry === undefined) return null;
      entry.left -= 1;
      entry.hits += 1;
      if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}

function strikes(entry: Waiting<AnyFault>, request: SandboxRequest, size: number): boolean {
  const { match, chance } = entry.fault;
  if (match?.method !== undefined && match.method !== request.method) return false;
  if (match?.path !== undefined && !match.path.test(request.path)) return false;
  if (match?.query !== undefined && !match.query.test(request.query.toString())) return false;
  if (match?.text !== undefined && !match.text.test(request.text)) return false;
  if (match?.sizeAbove !== undefined && size <= match.sizeAbove) return false;
  if (entry.skip > 0) {
    entry.skip -= 1;
    return false;
  }
  return chance === undefined || Math.random() < chance;
}
