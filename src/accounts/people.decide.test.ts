import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Principal } from './accounts.model.ts';
import { refusePersonAccess, refusePersonChange } from './people.decide.ts';

const admin: Principal = { role: 'admin', actor: 'account:a', name: 'A', tenantId: 't', reporter: null, ip: null };
const root: Principal = { ...admin, role: 'system_admin', actor: 'account:r' };
const member = { id: 'm', systemAdmin: false, elsewhere: false };

test('an admin changes members of their own tenant', () => {
  assert.equal(refusePersonChange(admin, member, { role: 'admin', name: 'New', disabled: true }), null);
  assert.equal(refusePersonAccess(admin, member), null);
});

test('nobody can disable themselves or change their own role, so the last admin stays', () => {
  assert.equal(refusePersonChange(admin, { ...member, id: 'a' }, { disabled: true })?.status, 409);
  assert.equal(refusePersonChange(admin, { ...member, id: 'a' }, { role: 'reporter' })?.status, 409);
  assert.equal(refusePersonChange(root, { ...member, id: 'r', systemAdmin: true }, { disabled: true })?.status, 409);
  assert.equal(refusePersonChange(admin, { ...member, id: 'a' }, { name: 'Me' }), null);
});

test('an admin cannot change, disable or get a password link for a system admin', () => {
  const person = { ...member, systemAdmin: true };
  assert.equal(refusePersonChange(admin, person, { disabled: true })?.status, 403);
  assert.equal(refusePersonChange(admin, person, { name: 'New' })?.status, 403);
  assert.equal(refusePersonAccess(admin, person)?.status, 403);
  assert.equal(refusePersonAccess(root, person), null);
});

test('an admin may set the role, but not the access, of somebody who belongs to other tenants too', () => {
  const person = { ...member, elsewhere: true };
  assert.equal(refusePersonChange(admin, person, { role: 'admin' }), null);
  assert.equal(refusePersonChange(admin, person, { disabled: true })?.status, 403);
  assert.equal(refusePersonAccess(admin, person)?.status, 403);
  assert.equal(refusePersonChange(root, person, { disabled: true }), null);
});
