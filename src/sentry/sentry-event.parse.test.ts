import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvent } from './sentry-event.parse.ts';
import { EVENT } from './sentry-samples.fixture.ts';
import type { SentryEvent } from './sentry.model.ts';

function parsed(json: unknown, personal = false): SentryEvent {
  const event = parseEvent(json, personal);
  assert.ok(event !== null);
  return event;
}
const withEntries = (...entries: unknown[]) => parsed({ ...EVENT, entries });

test('a chain of exceptions keeps its order, its in-app frames and their lines, and survives frames without anything', () => {
  const { exceptions, id, release, environment } = parsed(EVENT);
  assert.deepEqual([id, release, environment], ['9d0c2f6a1b7c4e0aa0d2f5f3a4c1b2e3', 'shop@4.2.0', 'production']);
  assert.deepEqual(
    exceptions.map(({ type, value, handled, frames }) => [type, value, handled, frames.length]),
    [
      ['FetchError', null, null, 0],
      ['TypeError', 'x', false, 2],
    ],
  );
  assert.deepEqual(exceptions[1]?.frames[0], {
    file: null,
    function: null,
    module: null,
    line: null,
    inApp: false,
    context: [],
  });
  assert.deepEqual(exceptions[1]?.frames[1], {
    file: 'checkout/cart.ts',
    function: 'computeTotal',
    module: null,
    line: 88,
    inApp: true,
    context: [
      [87, '  const c = get()'],
      [88, '  return c.cart.total'],
    ],
  });
});

test('of people, requests, variables and telling tags nothing is read unless it is asked for', () => {
  assert.doesNotMatch(JSON.stringify(parsed(EVENT)), /kim|9931|203\.0|token|Cookie|apiKey|Filtered|\/cart"/);
  assert.deepEqual(parsed(EVENT).tags, [{ key: 'environment', value: 'production' }]);
  assert.equal(parsed(EVENT).personal, null);
});

test('what is asked for of people is the user and the page, without the query that may hold a token', () => {
  const entries = [{ type: 'request', data: { url: 'https://shop.example/cart?token=abc#x' } }];
  assert.deepEqual(parsed({ ...EVENT, entries }, true).personal, {
    user: 'kim@example.org',
    url: 'https://shop.example/cart',
  });
  assert.deepEqual(parsed({ ...EVENT, entries: [], user: { id: 7 } }, true).personal, { user: '7', url: null });
});

test('a list of exceptions with nulls, and one exception alone, are understood', () => {
  const one = { type: 'Error', value: 'boom', stacktrace: { frames: [null, { filename: 'a.ts', lineNo: 1 }] } };
  const several = withEntries({ type: 'exception', data: { values: [null, one] } });
  assert.deepEqual(
    several.exceptions.map(({ type, frames }) => [type, frames.length]),
    [['Error', 1]],
  );
  assert.equal(withEntries({ type: 'exception', data: { value: one } }).exceptions[0]?.value, 'boom');
});

test('without an exception the bare stack trace is taken, or that of the thread that crashed', () => {
  const frames = [{ filename: 'a.ts', lineNo: 1, inApp: true }];
  const bare = withEntries({ type: 'stacktrace', data: { frames } });
  assert.deepEqual(
    bare.exceptions.map(({ type, frames: read }) => [type, read[0]?.file]),
    [[null, 'a.ts']],
  );
  const threads = [
    { crashed: false, stacktrace: null },
    { crashed: true, stacktrace: { frames } },
  ];
  const crashed = withEntries({ type: 'threads', data: { values: threads } });
  assert.equal(crashed.exceptions[0]?.frames[0]?.line, 1);
  assert.deepEqual(withEntries().exceptions, []);
});

test('an issue that is no error has evidence and a subtitle, and its message may stand in an entry', () => {
  const occurrence = {
    subtitle: 'Increased from 210ms to 903ms',
    evidenceDisplay: [
      { name: 'Query', value: 'SELECT 1', important: true },
      { name: 'odd' },
      null,
      { name: 'Span', value: 'db' },
    ],
  };
  const event = parsed({ ...EVENT, occurrence, entries: [{ type: 'message', data: { formatted: 'Slow' } }] });
  assert.deepEqual(
    event.evidence.map(({ name, important }) => [name, important]),
    [
      ['Query', true],
      ['Span', false],
    ],
  );
  assert.deepEqual([event.subtitle, event.message], ['Increased from 210ms to 903ms', 'Slow']);
});

test('GlitchTip tells the release by a tag only', () => {
  const event = parsed({ eventID: 'a1', tags: [{ key: 'release', value: '1.2' }, { key: null }], entries: null });
  assert.deepEqual([event.release, event.environment, event.at], ['1.2', null, null]);
});

test('an event of thousands of frames is cut to the innermost ones', () => {
  const frames = Array.from({ length: 5000 }, (_, at) => ({ filename: `${at}.ts`, context: [[1, 'x'.repeat(9000)]] }));
  const [exception] = withEntries({
    type: 'exception',
    data: { values: [{ type: 'E', stacktrace: { frames } }] },
  }).exceptions;
  assert.deepEqual([exception?.frames.length, exception?.frames.at(-1)?.file], [100, '4999.ts']);
  assert.equal(exception?.frames[0]?.context[0]?.[1].length, 500);
});

test('what has no id is no event', () => {
  for (const json of [null, [], 'text', {}, { eventID: null }]) assert.equal(parseEvent(json, true), null);
});
