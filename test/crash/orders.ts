/** What the driver of the crash test tells a process that is going to be killed. */
export interface StartOrder {
  do: 'start';
  databaseUrl: string;
  /** For `serve` processes. */
  port: number;
  moment: Moment | null;
}

/**
 * When a process ends itself: at the n-th instant after the order, or at the first one whose name holds the text ("text #2": at the
 * second). Infinity counts only. Instants are named `sql begin before`, `POST /repos/acme/webshop/issues sent` and the like.
 */
export type Moment = number | string;

export type Order = StartOrder | { do: 'arm'; moment: Moment | null };

/** What a process tells: it can be given orders; it works; it has heard the moment; how many instants it counted. */
export type Told = { told: 'ready' } | { told: 'started' } | { told: 'armed'; counted: number };

/** Faults that are planted in the process, never in `src`, to prove that the test sees them. */
export type Plant =
  | 'repeats its POST'
  | 'forgets what it was sending'
  | 'keeps an error without its filing'
  | 'forgets what it was saying';
export const PLANT_VARIABLE = 'THROUGHLINE_CRASH_PLANT';
