import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeGithub } from '../../test/fakes/github-server.ts';
import { doorTo } from './github-fake.fixture.ts';
import { failureOf, valueOf } from './github.fixture.ts';

const LABEL = { name: 'a lock / of ours', color: '0052cc', description: 'first' };

test('a label is made once, read, described anew and deleted, whatever stands in its name', async (t) => {
  const fake = await startFakeGithub(t);
  const door = doorTo(fake);
  const repository = { fullName: fake.repository };
  assert.equal(valueOf(await door.label(repository, LABEL.name)), null);
  assert.equal(valueOf(await door.createLabel(repository, LABEL)), true);
  assert.equal(valueOf(await door.createLabel(repository, { ...LABEL, description: 'second' })), false);
  assert.equal(valueOf(await door.label(repository, LABEL.name))?.description, 'first');
  assert.equal(valueOf(await door.changeLabel(repository, LABEL.name, { description: 'third' })).description, 'third');
  assert.equal(valueOf(await door.label(repository, LABEL.name))?.description, 'third');
  assert.equal(valueOf(await door.deleteLabel(repository, LABEL.name)), true);
  assert.equal(valueOf(await door.deleteLabel(repository, LABEL.name)), false);
  assert.equal(valueOf(await door.label(repository, LABEL.name)), null);
});

test('whoever may not push makes no label', async (t) => {
  const fake = await startFakeGithub(t);
  fake.faults.add({ match: { method: 'POST', path: /\/labels$/u }, times: 1, do: 'not_found' });
  const made = await doorTo(fake).createLabel({ fullName: fake.repository }, LABEL);
  assert.equal(failureOf(made).kind, 'not_found');
});
