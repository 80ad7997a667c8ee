import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deriveKeyring } from '../lib/keyring.ts';
import { KEYRING, REPORT_ID } from './filing.fixture.ts';
import { makeMarker, markerComment, readMarker, removeMarkers, verifyMarker } from './marker.decide.ts';
import { Secret } from '../lib/secret.ts';

const source = { kind: 'report', id: REPORT_ID, tenantSlug: 'acme' } as const;
const marker = makeMarker(KEYRING, source);

test('a marker is one unbroken alphanumeric token and always the same for an item', () => {
  assert.match(marker, /^[a-z0-9]{61}$/u);
  assert.equal(makeMarker(KEYRING, source), marker);
});

test('a marker in an issue body names its report', () => {
  assert.deepEqual(readMarker(KEYRING, `${markerComment(marker)}\nSome text`, 'acme'), { ...source, marker });
});

test('a marker signed by another hub is not ours', () => {
  const other = makeMarker(deriveKeyring([new Secret('another hub')]), source);
  assert.equal(verifyMarker(KEYRING, other, 'acme'), null);
});

test('a marker with one changed character is a forgery', () => {
  for (let index = 0; index < marker.length; index += 1) {
    const changed = marker.slice(0, index) + (marker[index] === 'a' ? 'b' : 'a') + marker.slice(index + 1);
    assert.equal(verifyMarker(KEYRING, changed, 'acme'), null, `character ${index}`);
  }
});

test('a forged marker before the genuine one does not hide it', () => {
  const forged = markerComment(`tlm1r${'0'.repeat(56)}`);
  assert.equal(readMarker(KEYRING, `${forged}\n${markerComment(marker)}`, 'acme')?.marker, marker);
});

test('after SECRET_KEY was rotated, markers of the old key are still read', () => {
  const rotated = deriveKeyring([new Secret('new'), new Secret('a secret key of a test')]);
  assert.deepEqual(verifyMarker(rotated, marker, 'acme'), source);
  assert.notEqual(makeMarker(rotated, source), marker);
});

test('text outside an HTML comment of ours is never a marker', () => {
  assert.equal(readMarker(KEYRING, `throughline ${marker}`, 'acme'), null);
  assert.equal(readMarker(KEYRING, `<!-- other ${marker} -->`, 'acme'), null);
});

test('markers that a user pastes are taken out of their text', () => {
  assert.ok(!removeMarkers(`see ${marker} there`).includes(marker));
});

test('a marker of one tenant means nothing to another of the same hub', () => {
  assert.equal(readMarker(KEYRING, markerComment(marker), 'globex'), null);
});
