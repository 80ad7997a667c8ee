import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Secret } from '../lib/secret.ts';
import { auditJson } from './redact.decide.ts';

test('tokens, secrets, passwords and key hashes never reach the audit log, however deep they lie', () => {
  const json = auditJson({
    token: 'ghp_1',
    nested: [
      { clientSecret: 's3', password_hash: '$argon2id$', credential_encrypted: 'gAAAA', key_hash: Buffer.of(1) },
    ],
    wrapped: new Secret('inside'),
  });
  assert.deepEqual(JSON.parse(json ?? ''), {
    token: '[secret]',
    nested: [
      { clientSecret: '[secret]', password_hash: '[secret]', credential_encrypted: '[secret]', key_hash: '[secret]' },
    ],
    wrapped: '[secret]',
  });
});

test('the audit log keeps whether a password or token is set', () => {
  assert.equal(auditJson({ has_password: true, token: null }), '{"has_password":true,"token":null}');
});

test('a value that is not there stays null in the audit log', () => {
  assert.equal(auditJson(undefined), null);
});
