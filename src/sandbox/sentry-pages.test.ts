import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { SandboxSentryIssue, SandboxSentryWorld } from './sentry-world.model.ts';
import { sentryLimits } from './sentry-limits.ts';
import { answerSentryPage } from './sentry-pages.ts';
import { seedSandboxSentry } from './sentry-seed.ts';
import { sentryWorld } from './sentry-server.ts';
import { emptySentry, issueOf } from './sentry-state.ts';

const WEB = 'http://127.0.0.1:4402';
const NOW = new Date('2026-05-01T12:00:00Z');

interface Opened {
  world: SandboxSentryWorld;
  issue: SandboxSentryIssue;
  path: string;
  open: (
    path: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ) => ReturnType<typeof answerSentryPage>;
}

function seeded(): Opened {
  const world = sentryWorld(emptySentry('acme', NOW), () => NOW);
  seedSandboxSentry(world);
  const house = { world, web: WEB, limits: sentryLimits(null, world.now) };
  const [issue] = world.state.issues;
  assert.ok(issue);
  return {
    world,
    issue,
    path: `/organizations/acme/issues/${issue.id}/`,
    open(target, form, headers = {}) {
      const [path = '', query = ''] = target.split('?');
      return answerSentryPage(house, {
        method: form === undefined ? 'GET' : 'POST',
        path,
        query: new URLSearchParams(query),
        headers: { ...(form === undefined ? {} : { origin: WEB }), ...headers },
        text: new URLSearchParams(form).toString(),
      });
    },
  };
}

test('the list shows unresolved issues first, others by tab and search, and says what is wrong with a search', () => {
  const { open } = seeded();
  const { text = '' } = open('/');
  assert.ok(text.includes('Cannot read properties') && !text.includes('ResizeObserver'));
  assert.ok((open('/?query=is:ignored').text ?? '').includes('ResizeObserver'));
  const wrong = open('/?query=is:broken');
  assert.equal(wrong.status, 400);
  assert.match(wrong.text ?? '', /Error parsing search query/u);
});

test('every issue of the seed has a page', () => {
  const { world, open } = seeded();
  for (const { id } of world.state.issues) assert.equal(open(`/organizations/acme/issues/${id}/`).status, 200);
  assert.equal(open('/organizations/acme/issues/1/').status, 404);
});

test('by forms an error is resolved, happens again, is assigned, archived and commented on', () => {
  const { issue, path, open } = seeded();
  open(path, { do: 'resolve' });
  assert.equal(issue.status, 'resolved');
  open(path, { do: 'happen', times: '10' });
  assert.deepEqual([issue.status, issue.substatus, issue.count], ['unresolved', 'regressed', 18_244]);
  open(path, { do: 'assign', to: 'user:9' });
  open(path, { do: 'priority', priority: 'low' });
  open(path, { do: 'note', text: 'Seen.' });
  open(path, { do: 'archive' });
  assert.deepEqual([issue.assignedTo, issue.priority, issue.status], ['user:9', 'low', 'ignored']);
  assert.match(open(path).text ?? '', /<blockquote>Seen\.<\/blockquote>/u);
});

test('an error resolved in the next release happens again in this one without coming back', () => {
  const { issue, path, open } = seeded();
  open(path, { do: 'resolve_in_next_release' });
  open(path, { do: 'happen', times: '1' });
  assert.equal(issue.status, 'resolved');
  open(path, { do: 'release' });
  open(path, { do: 'happen', times: '1' });
  assert.equal(issue.substatus, 'regressed');
});

test('a merged issue leads to the survivor, a deleted one happens again under a new number', () => {
  const { world, issue, path, open } = seeded();
  const other = world.state.issues[1];
  open(path, { do: 'merge', other: other?.id ?? '' });
  assert.equal(open(`/organizations/acme/issues/${other?.id ?? ''}/`).headers?.['location'], path);
  open(path, { do: 'delete' });
  assert.match(open(path).text ?? '', /was deleted/u);
  const again = open(path, { do: 'happen' }).headers?.['location'] ?? '';
  assert.notEqual(again, path);
  assert.equal(issueOf(world.state, again.split('/')[4] ?? '')?.title, issue.title);
});

test('a form that another site posts is refused and changes nothing', () => {
  const { issue, path, open } = seeded();
  for (const origin of ['http://evil.example', 'null'])
    assert.equal(open(path, { do: 'delete' }, { origin }).status, 403);
  assert.equal(issue.deleted, false);
});

test('what came with an error is shown as text, and links lead only to the web', () => {
  const { issue, path, open } = seeded();
  issue.title = '<script>alert(1)</script>';
  issue.external.push({ id: '1', appId: 'x', webUrl: 'javascript:alert(1)', displayName: 'acme/shop#1' });
  const { text = '' } = open(path);
  assert.ok(text.includes('&lt;script&gt;') && !text.includes('<script') && !text.includes('javascript:'));
});

test('the style block is the one that the policy allows', () => {
  const { text = '', headers } = seeded().open('/');
  const style = /<style>(?<css>[\s\S]*)<\/style>/u.exec(text)?.groups?.['css'] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(headers?.['content-security-policy']?.includes(`'sha256-${hash}'`));
});
