import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deriveFernetKey, fernetDecrypt, fernetEncrypt } from './fernet.ts';
import { deriveKeyring, seal, unseal } from './keyring.ts';
import { Secret } from './secret.ts';
import { waitSeconds } from './prefer.ts';

// The published vector of the Fernet spec (github.com/fernet/spec, generate.json).
const KEY = Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url');
const IV = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
const TOKEN = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const NOW = new Date('1985-10-26T01:20:00-07:00');

test("the Fernet spec's vector is reproduced and read", () => {
  assert.equal(fernetEncrypt(KEY, 'hello', NOW, IV), TOKEN);
  assert.equal(fernetDecrypt([KEY], TOKEN), 'hello');
});

test('a token with any changed byte is not read', () => {
  const bytes = Buffer.from(TOKEN, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    assert.equal(fernetDecrypt([KEY], changed.toString('base64url')), null, `byte ${index}`);
  }
  assert.equal(fernetDecrypt([KEY], ''), null);
});

test('after a rotation old secrets are read and new ones written with the new key', () => {
  const before = deriveKeyring([new Secret('old')]);
  const rotated = deriveKeyring([new Secret('new'), new Secret('old')]);
  const sealed = seal(before, new Secret('token'), NOW);
  assert.equal(unseal(rotated, sealed)?.reveal(), 'token');
  assert.equal(unseal(before, seal(rotated, new Secret('token'), NOW)), null);
});

test('keys derived for different purposes differ', () => {
  const keyring = deriveKeyring([new Secret('one')]);
  assert.notDeepEqual(keyring.marker[0], deriveFernetKey('one'));
});

test('a secret is never printed', () => {
  const secret = new Secret('hunter2');
  assert.equal(`${String(secret)} ${JSON.stringify({ secret })}`, '[secret] {"secret":"[secret]"}');
});

for (const [header, seconds] of [
  ['wait=3', 3],
  ['respond-async, wait=10', 10],
  ['wait=9999', 30],
  ['wait=0', 0],
  ['return=minimal', 5],
  [undefined, 5],
  ['await=3', 5],
] as const)
  test(`Prefer: ${header ?? '(none)'} waits ${seconds} s`, () => assert.equal(waitSeconds(header, 5), seconds));
