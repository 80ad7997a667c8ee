import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dryRun } from '../src/errors/rules/dry-run.ts';
import { HttpProblem } from '../src/lib/problem.ts';
import { sentryOf } from '../src/errors/connect/sentry-access.ts';
import { startErrors } from './support/errors.ts';

test('a dry run of a share key or template that only fails with data is refused in its words', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.newIssue();
  const endless = '{% for i in (1..100000000) %}{{ title }}{% endfor %}';
  const connection = await circle.sentryConnection();
  const sentry = sentryOf(circle.ctx, connection);
  assert.ok(sentry);
  const rule = await circle.rule();
  for (const wrong of [{ shareKey: endless }, { titleTemplate: endless }])
    await assert.rejects(dryRun(circle.ctx, { connection, sentry }, { ...rule, ...wrong }, 14), (error) => {
      assert.ok(error instanceof HttpProblem);
      assert.equal(error.status, 400);
      assert.match(error.message, /cannot be used/u);
      return true;
    });
});
