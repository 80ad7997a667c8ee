import assert from 'node:assert/strict';
import { test } from 'node:test';

import { paths, safeNext } from './paths.ts';

test('every address of the product is known', () => {
  const id = '0190-a';
  const { repositoryTab, mirroredIssue, mirroredPull, ...others } = paths;
  const addresses = Object.values(others).map((path) => path(id));
  assert.deepEqual(addresses, [
    '/',
    '/sign-in?next=0190-a',
    '/setup',
    '/password',
    '/link',
    '/report?sent=0190-a',
    '/reports',
    '/reports/0190-a',
    '/reports/0190-a?edit=1',
    '/issues?q=0190-a',
    '/issues/0190-a',
    '/issues/0190-a?edit=1',
    '/repositories?q=0190-a',
    '/repositories/track?q=0190-a',
    '/repositories/0190-a',
    '/errors?q=0190-a',
    '/errors/0190-a',
    '/errors/rules',
    '/errors/rules/new',
    '/errors/rules/0190-a',
    '/errors/undo?0190-a',
    '/errors/undo/0190-a',
    '/health',
    '/health/deliveries?q=0190-a',
    '/health/deliveries/0190-a',
    '/health/budgets',
    '/settings',
    '/settings/github',
    '/settings/github/new?0190-a',
    '/settings/github-app',
    '/settings/github/0190-a',
    '/settings/sentry',
    '/settings/sentry/new',
    '/settings/sentry/0190-a',
    '/settings/people',
    '/settings/keys',
    '/settings/tenant',
    '/settings/tenants',
    '/settings/audit',
    '/docs',
  ]);
  assert.equal(repositoryTab('acme/app', 'pulls', 'is:x'), '/repositories/acme/app/pulls?q=is%3Ax');
  assert.equal(mirroredIssue('acme/app', 7), '/repositories/acme/app/issues/7');
  assert.equal(mirroredPull('acme/app', 7), '/repositories/acme/app/pulls/7');
});

test('a filter with spaces and quotes survives the address', () => {
  const address = new URL(paths.issues('label:"needs triage" crash'), 'http://hub');
  assert.equal(address.searchParams.get('q'), 'label:"needs triage" crash');
});

test('signing in never leads to another site', () => {
  assert.equal(safeNext('//evil.example'), '/');
  assert.equal(safeNext('/\\evil.example'), '/');
  assert.equal(safeNext('https://evil.example'), '/');
  assert.equal(safeNext(undefined), '/');
  assert.equal(safeNext('/issues?q=is%3Afailed'), '/issues?q=is%3Afailed');
});
