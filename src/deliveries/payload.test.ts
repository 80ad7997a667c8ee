import assert from 'node:assert/strict';
import { test } from 'node:test';

import { guidOf, inferEvent, mayBeObject, namedEvent, numberIn } from './payload.decide.ts';
import examples from '@octokit/webhooks-examples' with { type: 'json' };

const EVENTS = examples as unknown as { name: string; examples: Record<string, unknown>[] }[];
/** What the mirror hears (SPEC W2). */
const HEARD = [
  'ping',
  'issues',
  'issue_comment',
  'label',
  'milestone',
  'pull_request',
  'pull_request_review',
  'push',
  'create',
  'delete',
  'member',
  'team',
  'team_add',
  'repository',
  'installation',
  'installation_repositories',
];

for (const name of HEARD) {
  test(`without X-GitHub-Event each example of ${name} is recognised by its payload`, () => {
    const payloads = EVENTS.find((event) => event.name === name)?.examples ?? [];
    assert.ok(payloads.length > 0);
    assert.deepEqual(
      payloads.map(inferEvent),
      payloads.map(() => name),
    );
  });
}

test('the header tells the event where it is one, else the payload, else it is unknown', () => {
  assert.deepEqual(['issues', 'no event\n', undefined].map(namedEvent), ['issues', null, null]);
  assert.deepEqual([{ zen: '', hook_id: 1 }, { what: 'ever' }].map(inferEvent), ['ping', 'unknown']);
});

test('what begins and ends as a JSON object may be one, whatever stands around it', () => {
  const may = ['{}', ' \t\r\n{"a":1}\n', '{"a": }'];
  const none = ['', ' ', '{', '}', '[1]', '"text"', 'null', '{"a": ', '\ufeff{}'];
  assert.deepEqual(
    [...may, ...none].filter((text) => mayBeObject(Buffer.from(text))),
    may,
  );
});

test('a delivery without a usable id is named by its body', () => {
  const body = Buffer.from('{}');
  assert.equal(guidOf('72d3162e-cc78-11e3-81ab-4c9367dc0958', body), '72d3162e-cc78-11e3-81ab-4c9367dc0958');
  assert.equal(guidOf('x'.repeat(200), body), guidOf(undefined, body));
  assert.notEqual(guidOf(undefined, body), guidOf(undefined, Buffer.from('{"a":1}')));
});

test('a hook id that is no number is left out', () => {
  assert.deepEqual(
    [numberIn('42'), numberIn('4x'), numberIn(undefined), numberIn('9'.repeat(30))],
    [42, null, null, null],
  );
});
