import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeOf, draftOf, fieldsProblem, NEW_CONNECTION, valuesOf } from './connection-values.ts';

const before = { ...NEW_CONNECTION, repository: 'acme/app', default_labels: ['bug'] };

test('only what was changed is sent', () => {
  assert.deepEqual(changeOf(before, { ...before, default_labels: ['bug', 'app'] }), { default_labels: ['bug', 'app'] });
  assert.deepEqual(changeOf(before, before), {});
});

test('an emptied template goes back to the default', () => {
  const own = { ...before, title_template: '{{ title }}!' };
  assert.deepEqual(changeOf(own, { ...own, title_template: ' ' }), { title_template: null });
});

test('a token that was not typed is not sent', () => {
  assert.equal('token' in changeOf(before, { ...before, enabled: false }), false);
});

test('an App that was made here is sent without a private key, and never beside a token', () => {
  const app = { ...before, credential: 'app' as const, app_id: ' 12 ', installation_id: 7, token: 'typed before' };
  const draft = draftOf(app);
  assert.deepEqual([draft?.app, draft?.token], [{ app_id: '12', installation_id: 7 }, undefined]);
  assert.deepEqual(changeOf(app, { ...app, private_key: 'PEM' }), {
    app: { app_id: '12', installation_id: 7, private_key: 'PEM' },
  });
  assert.deepEqual(changeOf(app, { ...app, enabled: false }), { enabled: false });
});

test('a new connection has no milestone unless one is given', () => {
  assert.equal(draftOf({ ...before, token: 't' })?.milestone, null);
  assert.equal(draftOf({ ...before, token: 't', milestone: 3 })?.milestone, 3);
});

test('fields of a project are lines of a name, an equals sign and a value, and come back as they were', () => {
  const given = { ...before, token: 't', project_fields: ' Status = To do \n\nLink=https://a.example/?b=c\n' };
  const draft = draftOf(given);
  assert.deepEqual(draft?.project_fields, { Status: 'To do', Link: 'https://a.example/?b=c' });
  // of a saved connection only what the form shows
  const saved = { ...given, ...draft, app: null } as unknown as Parameters<typeof valuesOf>[0];
  assert.equal(valuesOf(saved).project_fields, 'Status = To do\nLink = https://a.example/?b=c');
  assert.equal(fieldsProblem(given.project_fields), null);
  for (const wrong of ['Status', '= To do', 'Status =']) assert.match(fieldsProblem(wrong) ?? '', /equals sign/u);
});

test('an emptied parent or project is taken away', () => {
  const own = { ...before, parent_issue: 7, project: 'https://github.com/orgs/acme/projects/4' };
  assert.deepEqual(changeOf(own, { ...own, parent_issue: '', project: ' ' }), { parent_issue: null, project: null });
});
