/** Colour of a mark. It never stands alone: a shape and a word are always beside it. */
export type Tone = 'accent' | 'quiet' | 'amber' | 'red' | 'green' | 'plum';
export type Shape =
  | 'waiting'
  | 'question'
  | 'open'
  | 'check'
  | 'slash'
  | 'copies'
  | 'stop'
  | 'arrow'
  | 'warning'
  | 'clock'
  | 'off';

/** How a state looks and what it is called. */
export interface StateView {
  word: string;
  tone: Tone;
  shape: Shape;
}
