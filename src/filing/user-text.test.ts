import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import {
  closeFences,
  cutAt,
  fenced,
  maskSecrets,
  neutralise,
  oneLine,
  removePersonalData,
} from './user-text.decide.ts';

const visible = (text: string) => text.replaceAll('\u200b', '');

test('mentions of people and teams do not ping', () => {
  for (const text of ['@octocat', 'hi @octocat!', '(@acme/core)', 'a\n@b', '> @x'])
    assert.doesNotMatch(neutralise(text, false), /(^|[^\p{L}\p{N}_/.-])@[\p{L}\p{N}]/mu, text);
});

test('references to other issues leave no trace on them', () => {
  const text = neutralise(
    'see #12, GH-7, acme/app#3 and https://github.com/acme/app/issues/5 or http://www.github.com/acme/app/pull/9',
    false,
  );
  assert.doesNotMatch(text, /#\d|GH-\d|\/\/(www\.)?github\.com/u);
  assert.match(text, /https:\/\/redirect\.github\.com\/acme\/app\/issues\/5/u);
});

test('an HTML comment in user text cannot hide what follows', () => {
  assert.ok(!neutralise('before <!-- hidden', false).includes('<!--'));
});

test('neutralised text looks the same to a reader', () => {
  assert.equal(
    visible(neutralise('mail ann@example.com, @bob, #1 <details>', false)),
    'mail ann@example.com, @bob, #1 <details>',
  );
});

test('the template owner may allow mentions', () => {
  assert.equal(neutralise('@octocat #1', true), '@octocat #1');
});

for (const secret of [
  `ghp_${'a'.repeat(36)}`,
  `github_pat_${'A1'.repeat(20)}`,
  `ghs_123_${'x'.repeat(60)}.${'y'.repeat(80)}.${'z'.repeat(40)}`,
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  `xoxb-${'1'.repeat(12)}-abcdef`,
])
  test(`what looks like a secret is masked: ${secret.slice(0, 12)}…`, () => {
    assert.equal(maskSecrets(`before ${secret} after`), 'before [masked] after');
  });

test('named secrets, headers and passwords in addresses are masked', () => {
  const masked = maskSecrets(
    'password=hunter22 api_key: "abcd1234" Authorization: Basic dXNlcjpwYXNz\npostgres://u:secretpw@db/x',
  );
  for (const word of ['hunter22', 'abcd1234', 'dXNlcjpwYXNz', 'secretpw']) assert.ok(!masked.includes(word), word);
});

test('a private key is masked also when its end is missing', () => {
  assert.ok(!maskSecrets('-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAAAA').includes('MIIEow'));
});

test('e-mail and IP addresses do not reach a public repository', () => {
  const text = removePersonalData(
    'ann@example.com from 10.1.2.3, http://10.1.2.4/ and 2001:db8:0:1:2:3:4:5, version 2.3.1, Chrome/150.0.0.0',
  );
  assert.equal(
    text,
    '[e-mail removed] from [IP removed], http://[IP removed]/ and [IP removed], version 2.3.1, Chrome/150.0.0.0',
  );
});

test('a text made to be slow to search is done with all the same', () => {
  for (const piece of ['a', 'a.', 'eyJ-', 'a+', '1-'])
    assert.equal(removePersonalData(maskSecrets(piece.repeat(200_000 / piece.length))).length, 200_000);
});

test('cutting never splits a character and keeps the length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(60), (text, max) => {
      const cut = cutAt(text, max);
      assert.ok(cut.length <= Math.max(max, 0) || text.length <= max);
      assert.ok(cut.isWellFormed());
    }),
  );
});

test('a title becomes one line with an ellipsis where it was cut', () => {
  assert.equal(oneLine('a\n  b\tc', 10), 'a b c');
  assert.equal(oneLine('x'.repeat(300), 256).length, 256);
  assert.ok(oneLine('🐛'.repeat(300), 256).isWellFormed());
});

test('an open code fence is closed, a closed one is left', () => {
  assert.equal(closeFences('```js\ncode'), '```js\ncode\n```');
  assert.equal(closeFences('```js\ncode\n```'), '```js\ncode\n```');
  assert.equal(closeFences('~~~~\n```\ncode'), '~~~~\n```\ncode\n~~~~');
});

test('a fence is longer than any inside it', () => {
  assert.match(fenced('a\n````\nb'), /^`````text\n/u);
});
