import { cutAt, oneLine } from '../../filing/user-text.decide.ts';
import type { SentryEvent, SentryFrame } from '../../sentry/sentry.model.ts';

const FRAMES_MAX = 15;
/** Shown of a stack that has no frame of the application's own. */
const FOREIGN_FRAMES_MAX = 5;
const EXCEPTIONS_MAX = 5;
const CONTEXT_LINES = 2;
const LINE_LENGTH_MAX = 300;

/**
 * The useful part of an event's stack trace, or null: of each exception of the chain, the outermost first, the frames of the
 * application's own code, the one where it broke first, with the source lines around that one. Frames without any name are
 * left out; variables never come this far (facts/sentry.md §5). Not cleaned yet.
 */
export function stackOf(event: SentryEvent | null): string | null {
  const chain = (event?.exceptions ?? []).toReversed().slice(0, EXCEPTIONS_MAX);
  const lines: string[] = [];
  let room = FRAMES_MAX;
  for (const [index, exception] of chain.entries()) {
    const frames = usefulFrames(exception.frames).slice(0, room);
    room -= frames.length;
    const heading = headingOf(exception);
    if (heading !== null) lines.push(`${index === 0 ? '' : 'Caused by '}${heading}`);
    lines.push(...frames.flatMap((frame, at) => frameLines(frame, at === 0)));
    const left = exception.frames.length - frames.length;
    if (frames.length > 0 && left > 0) lines.push(`  … ${left} more ${left === 1 ? 'frame' : 'frames'}`);
  }
  // a heading alone says no more than the title
  return room === FRAMES_MAX ? null : lines.join('\n');
}

function usefulFrames(frames: readonly SentryFrame[]): SentryFrame[] {
  const named = frames.filter((frame) => nameOf(frame) !== null).toReversed();
  const own = named.filter((frame) => frame.inApp);
  return own.length > 0 ? own : named.slice(0, FOREIGN_FRAMES_MAX);
}

function headingOf({ type, value }: { type: string | null; value: string | null }): string | null {
  const heading = [type, value].filter((part) => part !== null && part !== '').join(': ');
  return heading === '' ? null : oneLine(heading, LINE_LENGTH_MAX);
}

function nameOf(frame: SentryFrame): string | null {
  const place = frame.file ?? frame.module;
  if (place === null) return frame.function;
  const at = frame.line === null ? place : `${place}:${frame.line}`;
  return frame.function === null ? at : `${frame.function} (${at})`;
}

function frameLines(frame: SentryFrame, isFirst: boolean): string[] {
  const around = frame.context.filter(([number]) => {
    if (frame.line === null) return false;
    return Math.abs(number - frame.line) <= (isFirst ? CONTEXT_LINES : 0);
  });
  const width = Math.max(0, ...around.map(([number]) => String(number).length));
  return [
    `  at ${oneLine(nameOf(frame) ?? '', LINE_LENGTH_MAX)}`,
    ...around.map(([number, text]) => {
      const source = cutAt(text.replaceAll(/[\r\n]/gu, ' '), LINE_LENGTH_MAX).trimEnd();
      return `    ${number === frame.line ? '>' : ' '} ${String(number).padStart(width)} | ${source}`;
    }),
  ];
}
