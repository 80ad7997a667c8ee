import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anEvent } from '../errors.fixture.ts';
import { stackOf } from './frames.decide.ts';
import type { SentryFrame } from '../../sentry/sentry.model.ts';

test('of a stack trace the application’s own frames are shown, the one where it broke first', () => {
  const frames = [
    ...Array.from({ length: 20 }, (_, line) => aFrame({ line: line + 1, function: `own${line + 1}` })),
    aFrame({ function: 'library', inApp: false }),
  ];
  const stack = stackOf(anEvent({ exceptions: [{ type: 'E', value: 'x', handled: null, frames }] })) ?? '';
  assert.match(stack, /^E: x\n {2}at own20 \(src\/a\.ts:20\)\n {2}at own19/u);
  assert.match(stack, /own6 \(src\/a\.ts:6\)\n {2}… 6 more frames$/u);
  assert.doesNotMatch(stack, /library|own5\b/u);
});

test('of a chain of exceptions the outermost comes first, with what caused it after it', () => {
  const one = (type: string, file: string) => ({ type, value: null, handled: null, frames: [aFrame({ file })] });
  assert.equal(
    stackOf(anEvent({ exceptions: [one('Inner', 'src/in.ts'), one('Outer', 'src/out.ts')] })),
    'Outer\n  at run (src/out.ts:1)\nCaused by Inner\n  at run (src/in.ts:1)',
  );
});

test('a stack trace without own frames shows the innermost, and one without names is none', () => {
  const frames = Array.from({ length: 9 }, (_, line) => aFrame({ line, function: `lib${line}`, inApp: false }));
  const stack = (of: SentryFrame[]) =>
    stackOf(anEvent({ exceptions: [{ type: 'E', value: null, handled: null, frames: of }] }));
  assert.match(stack(frames) ?? '', /^E\n {2}at lib8 [\s\S]*lib4 .*\n {2}… 4 more frames$/u);
  assert.equal(stack([aFrame({ file: null, function: null, line: null })]), null);
  assert.equal(stack([]), null);
  assert.equal(stackOf(null), null);
});

function aFrame(changes: Partial<SentryFrame>): SentryFrame {
  return { file: 'src/a.ts', function: 'run', module: null, line: 1, inApp: true, context: [], ...changes };
}
