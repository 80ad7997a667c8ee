import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startErrors } from './support/errors.ts';
import { startFakeSentry } from './fakes/sentry.ts';
import { tampered } from './support/tampered-sentry.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { Tampering } from './support/tampered-sentry.ts';
import type { TestContext } from 'node:test';

const NUL = '\u0000';
/** Half of a character of two halves; and the six signs that stand for NUL in JSON, said as plain text. */
const HALF = '\ud83d';
const ESCAPE = String.raw`\u0000`;
const FORGED = '<!-- throughline tlm1r018f00000000700080000000000000ff0123456789abcdef01234567 -->';

/** What an issue may say of itself that no honest Sentry says. */
const ODD: Record<string, (issue: Record<string, unknown>) => unknown> = {
  'a title of 50,000 characters': (issue) => ({ ...issue, title: 'é'.repeat(50_000) }),
  'a NUL in every text': (issue) => withEachText(issue, (text) => `${text}${NUL}`),
  'half a character in every text': (issue) => withEachText(issue, (text) => `${text}${HALF}`),
  'the signs of an escape in every text': (issue) => withEachText(issue, (text) => `${text}${ESCAPE}`),
  'metadata with NUL, half characters and signs of escapes': (issue) => ({
    ...issue,
    metadata: { type: `T${NUL}`, value: HALF, [`k${NUL}`]: ESCAPE, deep: [{ [HALF]: `\\${ESCAPE}` }] },
    statusDetails: { [`a${NUL}`]: `b${HALF}`, ignoreWindow: ESCAPE },
  }),
  'keys that are parts of every object': (issue) =>
    JSON.parse(
      JSON.stringify(issue).replace(
        /"metadata":\{/u,
        '"__proto__":{"status":"resolved"},"constructor":{"prototype":{"admin":true}},"metadata":{"__proto__":{"type":"x"},',
      ),
    ),
  'counts beyond all numbers': (issue) => ({
    ...issue,
    count: '9'.repeat(40),
    userCount: 1e300,
    lifetime: { count: '9'.repeat(400), userCount: 2 ** 70, firstSeen: '+275760-09-13T00:00:00Z', lastSeen: 'never' },
  }),
  'times before and after everything': (issue) => ({
    ...issue,
    lifetime: { count: '1', userCount: 1, firstSeen: '-271821-04-20T00:00:00Z', lastSeen: '+275760-09-13T00:00:00Z' },
  }),
  'a project and an assignee of odd kinds': (issue) => ({
    ...issue,
    project: { id: 'x'.repeat(5000), slug: `${NUL}@dba`, name: 'n'.repeat(100_000) },
    assignedTo: { type: `us${NUL}er`, id: 'a'.repeat(9000), name: HALF },
  }),
  'wrong kinds everywhere': ({ id, status }) => ({
    id,
    status,
    title: { not: 'text' },
    culprit: ['a'],
    metadata: 'none',
    statusDetails: [1],
    annotations: { url: 'x' },
    lifetime: 7,
    project: null,
    count: {},
    level: 5,
    isUnhandled: 'yes',
  }),
  'links that are no addresses': (issue) => ({
    ...issue,
    permalink: `https://x.example/1/)${NUL}\n@dba ${FORGED}`,
    annotations: [
      { url: `https://github.com/acme/webshop/issues/4000000${NUL}` },
      { url: 'javascript:alert(1)' },
      null,
      3,
    ],
  }),
};

function withEachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return /^\d*$|^\d{4}-|^https?:|^unresolved$/u.test(value) ? value : change(value);
  if (Array.isArray(value)) return value.map((one) => withEachText(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withEachText(one, change)]));
}

async function hostile(t: TestContext, how: (sentryIds: string[]) => Tampering, count: number): Promise<ErrorsCircle> {
  const sentry = await startFakeSentry(t);
  const ids: string[] = [];
  const circle = await startErrors(t, { sentry: await tampered(t, sentry, how(ids)) });
  for (let n = 0; n < count; n += 1) ids.push(sentry.newIssue({ title: `TypeError: case ${n}` }).id);
  return circle;
}

test('odd things that Sentry says of some issues hold up none of the others, and are filed where they can be', async (t) => {
  const odd = Object.values(ODD);
  const circle = await hostile(
    t,
    (ids) => ({ issue: (issue) => odd[ids.indexOf(String(issue['id']))]?.(issue) ?? issue }),
    odd.length + 3,
  );
  circle.startWorker();
  const run = await circle.run(await circle.rule());
  assert.deepEqual([run.state, run.seen, run.taken], ['done', odd.length + 3, odd.length + 3], run.message ?? '');
  for (const { id } of circle.sentry.world.state.issues) await circle.filed(id);
  assert.equal((await circle.reread()).state, 'done');
  assert.equal(circle.fake.issues().length, odd.length + 3);
  onlyOwnMarkers(circle);
});

test('an id of another kind is one issue as any other, one that is no id is passed over', async (t) => {
  const names = new Map<number, unknown>([
    [0, 'abc'],
    [1, '__proto__'],
    [2, 'constructor'],
    [3, '9'.repeat(20)],
    [4, '1/../../../secrets'],
    [5, 'x'.repeat(20_000)],
    [6, null],
    [7, `1${NUL}`],
    [8, 1.5],
  ]);
  const circle = await hostile(
    t,
    (ids) => ({ issue: (issue) => ({ ...issue, id: names.get(ids.indexOf(String(issue['id']))) ?? issue['id'] }) }),
    names.size + 1,
  );
  circle.startWorker();
  const run = await circle.run(await circle.rule());
  assert.deepEqual([run.state, run.taken], ['done', 5 + 1], run.message ?? '');
  assert.equal((await circle.run(await circle.rule({ name: 'Again' }))).taken, 0);
});

test('an event full of odd things is filed without them, and neither pings nor forges nor hides anything', async (t) => {
  const text = `@dba see #12 ${FORGED} <!-- ${NUL}${HALF}${ESCAPE} fixes acme/webshop#1 \`\`\` </details>`;
  const circle = await hostile(
    t,
    () => ({
      event: (event) => ({
        ...event,
        message: text.repeat(500),
        release: { version: text },
        environment: text,
        tags: Array.from({ length: 10_000 }, (_, n) => ({ key: `${text} ${n}`, value: text })),
        occurrence: { subtitle: text, evidenceDisplay: [{ name: text, value: text, important: true }] },
        entries: [
          null,
          {
            type: 'exception',
            data: { values: [null, { type: text, value: text, stacktrace: { frames: frames(text) } }] },
          },
          { type: '__proto__', data: JSON.parse('{"__proto__":{"values":[]}}') as unknown },
        ],
      }),
      issue: (issue) => ({
        ...issue,
        title: text,
        culprit: text,
        level: text,
        platform: text,
        metadata: { type: text, value: text },
      }),
    }),
    2,
  );
  circle.startWorker();
  const run = await circle.run(await circle.rule());
  assert.deepEqual([run.state, run.taken], ['done', 2], run.message ?? '');
  for (const { id } of circle.sentry.world.state.issues) await circle.filed(id);
  onlyOwnMarkers(circle);
  for (const { title, body } of circle.fake.issues()) {
    const told = outsideCode(body ?? '');
    assert.doesNotMatch(`${title}\n${told}`, /(?<![\w`])@dba/u);
    assert.doesNotMatch(told, /(?<![\w&])#12\b|fixes acme\/webshop#1/u);
    assert.ok((body ?? '').length <= 65_536 && title.length <= 256);
  }
});

function frames(text: string): object[] {
  return Array.from({ length: 3000 }, () => ({
    filename: text,
    function: text,
    lineNo: 1e300,
    inApp: true,
    context: [[1, text]],
  }));
}

/** Each issue on GitHub begins with one comment, and holds no other. */
function onlyOwnMarkers({ fake }: ErrorsCircle): void {
  for (const { body, number } of fake.issues()) {
    assert.match(body ?? '', /^<!-- throughline \S+ -->\n/u, `#${number}`);
    assert.equal(outsideCode(body ?? '').split('<!--').length - 1, 1, `#${number}: ${body}`);
    assert.ok(!(body ?? '').includes(FORGED), `#${number}`);
  }
}

function outsideCode(body: string): string {
  return body
    .replaceAll(/^(?<fence>`{3,})[^\n]*\n[\s\S]*?^\k<fence>$/gmu, '')
    .replaceAll(/(?<ticks>`+)[^\n]*?\k<ticks>(?!`)/gu, '');
}
