import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeText, storyOf } from './activity.decide.ts';
import type { ItemChange } from '../contract/mirror.ts';

const base = { item_kind: 'issue' as const, item: '#12', actor: null, before: null, after: null };

const SAID: [Parameters<typeof changeText>[0], string][] = [
  [{ ...base, field: 'state', before: 'open', after: 'closed', actor: 'mona' }, '#12 was closed by mona.'],
  [{ ...base, field: 'state', before: 'open', after: 'closed' }, '#12 was closed.'],
  [{ ...base, field: 'state', before: 'open', after: 'closed', actor: '' }, '#12 was closed.'],
  [
    { ...base, item: '', field: 'state', before: 'open', after: 'closed', actor: 'mona' },
    'An issue was closed by mona.',
  ],
  [
    { ...base, item_kind: 'label', item: '', field: 'color', before: 'a', after: 'b' },
    'A label changed its color from a to b.',
  ],
  [{ ...base, field: 'state', before: 'closed', after: 'open' }, '#12 was reopened.'],
  [
    { ...base, item_kind: 'pull_request', item: '#7', field: 'state', before: 'open', after: 'merged' },
    '#7 was merged.',
  ],
  [{ ...base, field: 'state_reason', after: 'not_planned' }, '#12 was marked as not planned.'],
  [{ ...base, field: 'title', before: 'A', after: 'B' }, '#12 was renamed from “A” to “B”.'],
  [
    { ...base, field: 'labels', before: [{ name: 'bug' }], after: [{ name: 'ui' }, { name: 'p1' }] },
    '#12 got the labels ui, p1 and lost the label bug.',
  ],
  [{ ...base, field: 'locked', before: false, after: true, actor: 'mona' }, '#12 is now locked, by mona.'],
  [{ ...base, field: 'comments', before: 1, after: 2, actor: 'mona' }, '#12 has 2 comments, 1 before.'],
  [{ ...base, field: 'assignees', before: [], after: ['mona'] }, '#12 got the assignee mona.'],
  [{ ...base, field: 'comments', before: 0, after: 1 }, '#12 has 1 comment, 0 before.'],
  [{ ...base, field: 'gone', after: 'transferred' }, '#12 was transferred to another repository.'],
  [
    {
      ...base,
      item_kind: 'branch',
      item: 'main',
      field: 'sha',
      before: 'a1b2c3d4e5',
      after: 'f6a7b8c9d0',
      actor: 'mona',
    },
    'The branch main moved from a1b2c3d to f6a7b8c by mona.',
  ],
  [
    { ...base, item_kind: 'collaborator', item: 'hubot', field: 'gone', after: '2026-01-01T00:00:00Z' },
    'hubot lost access.',
  ],
  [
    { ...base, item_kind: 'collaborator', item: 'hubot', field: 'role', before: 'read', after: 'write' },
    'hubot changed its role from read to write.',
  ],
];

for (const [change, text] of SAID) test(`a change is told as: ${text}`, () => assert.equal(changeText(change), text));

test('closing is told as one act, with its reason and without the time and the count of comments beside it', () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
  const change = (minute: number, field: string, after: unknown, actor: string | null = null): ItemChange => {
    const told = { item_kind: 'issue' as const, item: '#12', field, before: null, after, actor };
    const from = { id: minute, seen_at: at(9), title: null, url: null, via: 'webhook' as const };
    return { ...told, ...from, at: at(minute), text: changeText(told) };
  };
  const changes = [
    change(3, 'state_reason', 'reopened'),
    change(3, 'state', 'open'),
    change(3, 'closed_at', null),
    change(2, 'state_reason', 'not_planned'),
    change(1, 'comments', 1),
    change(1, 'closed_at', at(1)),
    change(1, 'state_reason', 'completed'),
    change(1, 'state', 'closed', 'mona'),
  ];
  assert.deepEqual(
    storyOf(changes).map(({ text }) => text),
    ['#12 was reopened.', '#12 was marked as not planned.', '#12 was closed as completed by mona.'],
  );
});
