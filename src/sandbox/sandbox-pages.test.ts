import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { SandboxGithub } from './sandbox.model.ts';
import { answerPage } from './sandbox-pages.ts';
import { LIMITS_DEFAULT, RateLimits } from './sandbox-gate.ts';
import { issueByNumber, sandboxWorld, emptyState } from './sandbox-state.ts';
import { SANDBOX_REPOSITORY, seedSandbox } from './sandbox-seed.ts';

const WEB = 'http://127.0.0.1:4401';
const NOW = new Date('2026-05-01T12:00:00Z');

interface Sent {
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

function seeded(): {
  world: SandboxGithub['world'];
  open: (path: string, sent?: Sent) => ReturnType<typeof answerPage>;
} {
  const world = sandboxWorld(emptyState(), () => NOW);
  seedSandbox(world);
  const view = { list: () => [], byNumber: issueByNumber, search: () => [] };
  const house = { world, view, limits: new RateLimits(LIMITS_DEFAULT), api: `${WEB}/api`, web: WEB };
  return {
    world,
    open: (path, sent = {}) =>
      answerPage(house, {
        method: sent.form === undefined ? 'GET' : 'POST',
        path,
        query: new URLSearchParams(),
        headers: { ...(sent.form === undefined ? {} : { origin: WEB }), ...sent.headers },
        text: new URLSearchParams(sent.form).toString(),
      }),
  };
}

const ISSUE = `/${SANDBOX_REPOSITORY}/issues/6`;

test('the list shows open issues only, newest first', () => {
  const { text = '' } = seeded().open(`/${SANDBOX_REPOSITORY}`);
  assert.ok(text.indexOf('Contrast of the sale price') < text.indexOf('Let customers save a cart'));
  assert.ok(!text.includes('Internet Explorer'));
});

test('a developer comments, labels, assigns and closes an issue by forms', () => {
  const { world, open } = seeded();
  assert.equal(open(ISSUE, { form: { do: 'comment', body: 'Found it.' } }).status, 303);
  open(ISSUE, { form: { do: 'label', label: 'question' } });
  open(ISSUE, { form: { do: 'unlabel', label: 'checkout' } });
  open(ISSUE, { form: { do: 'assign', login: 'lena-frontend' } });
  open(ISSUE, { form: { do: 'close_duplicate', original: '#2' } });
  const issue = world.state.repositories[0]?.issues[5];
  assert.deepEqual(issue?.labels, ['bug', 'in progress', 'question']);
  assert.deepEqual(issue.assignees, ['sam-backend', 'lena-frontend']);
  assert.deepEqual([issue.state, issue.stateReason, issue.closedBy], ['closed', 'duplicate', 'octo-dev']);
  assert.equal(issue.duplicateOf, world.state.repositories[0]?.issues[1]?.id);
  assert.match(open(ISSUE).text ?? '', /Found it\./);
});

test('the person chosen is the one who acts', () => {
  const { world, open } = seeded();
  const chosen = open('/actor', { form: { actor: 'priya-qa', back: ISSUE } });
  assert.equal(chosen.headers?.['location'], ISSUE);
  const cookie = chosen.headers?.['set-cookie']?.split(';')[0] ?? '';
  open(ISSUE, { form: { do: 'close_completed' }, headers: { cookie } });
  assert.equal(world.state.repositories[0]?.issues[5]?.closedBy, 'priya-qa');
});

test('a form that another site posts is refused and changes nothing', () => {
  const { world, open } = seeded();
  const form = { do: 'close_completed' };
  assert.equal(open(ISSUE, { form, headers: { origin: 'http://evil.example' } }).status, 403);
  assert.equal(open(ISSUE, { form, headers: { origin: 'null' } }).status, 403);
  assert.equal(world.state.repositories[0]?.issues[5]?.state, 'open');
});

test('a switch of persons never leads to another site', () => {
  for (const back of ['https://evil.example/', '//evil.example', '/\\evil.example', '/a\r\nx: y']) {
    assert.equal(seeded().open('/actor', { form: { actor: 'octo-dev', back } }).headers?.['location'], '/');
  }
});

test('what somebody wrote is shown as text: no markup, no script address, no hidden comment', () => {
  const { open } = seeded();
  const body =
    '<img src=x onerror=alert(1)> <!-- marker --> [a](javascript:alert(1)) [b](https://b.example/"x) **bold** `<i>`';
  const opened = open(`/${SANDBOX_REPOSITORY}`, { form: { title: '<script>t</script>', body } });
  const { text = '', headers } = open(opened.headers?.['location'] ?? '');
  assert.ok(
    !text.includes('<script') &&
      !text.includes('<img') &&
      !text.includes('marker') &&
      !text.includes('href="javascript'),
  );
  assert.ok(
    text.includes('&lt;script&gt;t') &&
      text.includes('<strong>bold</strong>') &&
      text.includes('<code>&lt;i&gt;</code>'),
  );
  assert.match(headers?.['content-security-policy'] ?? '', /default-src 'none'/);
});

test('pull requests and branches have lists of their own, and forms to work on them', () => {
  const { world, open } = seeded();
  const [repository] = world.state.repositories;
  const pulls = open(`/${SANDBOX_REPOSITORY}/pulls`).text ?? '';
  assert.ok(pulls.includes('Round the basket total') && !pulls.includes('Contrast of the sale price'));
  const pull = `/${SANDBOX_REPOSITORY}/pull/10`;
  open(pull, { form: { do: 'approve' } });
  open(pull, { form: { do: 'merge' } });
  assert.equal(repository?.issues[9]?.pull?.mergedBy, 'octo-dev');
  assert.equal(repository.reviews[10]?.at(-1)?.state, 'APPROVED');
  const branches = `/${SANDBOX_REPOSITORY}/branches`;
  open(branches, { form: { do: 'create', branch: 'fix/eircode' } });
  open(branches, { form: { do: 'push', branch: 'fix/eircode' } });
  assert.match(open(branches).text ?? '', /fix\/eircode/);
  assert.equal(open(branches, { form: { do: 'create', branch: 'no spaces' } }).status, 422);
  open(branches, { form: { do: 'delete', branch: 'fix/eircode' } });
  assert.doesNotMatch(open(branches).text ?? '', /fix\/eircode/);
  assert.equal(open(branches, { form: { do: 'delete', branch: 'main' } }).status, 422);
});

test('the style block is the one that the policy allows', () => {
  const { text = '', headers } = seeded().open('/');
  const style = /<style>(?<css>[\s\S]*)<\/style>/.exec(text)?.groups?.['css'] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(headers?.['content-security-policy']?.includes(`'sha256-${hash}'`));
});

test('the seed gives each issue the number the others refer to', () => {
  const [repository] = seeded().world.state.repositories;
  const duplicate = repository?.issues.find((issue) => issue.stateReason === 'duplicate');
  assert.equal(duplicate?.duplicateOf, repository?.issues.find((issue) => issue.title.includes('Irish'))?.id);
  assert.ok(
    repository?.issues.every(
      (issue) => issue.updatedAt <= NOW.toISOString() && (issue.closedAt ?? '') <= NOW.toISOString(),
    ),
  );
});
