import type { ReactNode } from 'react';

import type { Shape, StateView, Tone } from './mark.model.ts';
import classes from './Mark.module.css';

const SHAPES: Record<Shape, ReactNode> = {
  waiting: <circle cx="8" cy="8" r="6" fill="none" strokeDasharray="2.6 2.1" />,
  question: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1M8 11.3v.1" fill="none" />
    </>
  ),
  open: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" />
      <circle cx="8" cy="8" r="2.1" fill="currentColor" stroke="none" />
    </>
  ),
  check: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
      <path d="M5 8.3l2.1 2.1L11 6.2" fill="none" className={classes.cut} />
    </>
  ),
  slash: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" />
      <path d="M4 12 12 4" />
    </>
  ),
  copies: (
    <>
      <circle cx="6.2" cy="9.8" r="4.4" fill="none" />
      <path d="M7 3.6a4.4 4.4 0 1 1 5.4 5.6" fill="none" />
    </>
  ),
  stop: (
    <>
      <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" fill="currentColor" stroke="none" />
      <path d="M8 4.6v4M8 11.2v.1" className={classes.cut} />
    </>
  ),
  warning: (
    <>
      <path d="M8 2 14.6 13.6H1.4z" fill="none" strokeLinejoin="round" />
      <path d="M8 6.4v3.2M8 11.6v.1" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" />
      <path d="M8 4.6V8l2.4 1.6" fill="none" />
    </>
  ),
  arrow: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" />
      <path d="M5.2 8h5.4M8.4 5.6 10.8 8l-2.4 2.4" fill="none" />
    </>
  ),
  off: <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="3" fill="none" strokeDasharray="3 2.4" />,
};

const TONES: Record<Tone, string | undefined> = {
  accent: classes.accent,
  quiet: classes.quiet,
  amber: classes.amber,
  red: classes.red,
  green: classes.green,
  plum: classes.plum,
};

/** The shape of a state in its colour; for the eye only, a word is always beside it. */
export function MarkIcon({ view, size = 16 }: { view: StateView; size?: number }) {
  return (
    <svg
      className={`${classes.icon} ${TONES[view.tone]}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {SHAPES[view.shape]}
    </svg>
  );
}

/** A state: shape, colour, and word. */
export function Mark({ view, strong = false }: { view: StateView; strong?: boolean }) {
  return (
    <span className={`${classes.mark} ${TONES[view.tone]} ${strong ? classes.strong : ''}`}>
      <MarkIcon view={view} size={strong ? 18 : 16} />
      <span>{view.word}</span>
    </span>
  );
}
