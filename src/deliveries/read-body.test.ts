import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import { bodyReader, WEBHOOK_BYTES_MAX } from './read-body.ts';

test('what is held open for one connection leaves room for the others, and is given back', async () => {
  const bodies = bodyReader();
  const held = Array.from({ length: 4 }, () => new PassThrough());
  const reading = held.map(async (stream) => bodies.read('known to a stranger', stream, WEBHOOK_BYTES_MAX));
  assert.equal(await bodies.read('known to a stranger', sent('{}'), 2), 'too_many');
  assert.equal(String(await bodies.read('another', sent('{}'), 2)), '{}');
  for (const stream of held) stream.destroy();
  assert.deepEqual(
    await Promise.all(reading),
    Array.from(held, () => 'broken'),
  );
  assert.equal(String(await bodies.read('known to a stranger', sent('{}'), 2)), '{}');
});

test('all connections together are read within one limit, also where the length was not told', async () => {
  const bodies = bodyReader();
  const held = Array.from({ length: 16 }, () => new PassThrough());
  const chunk = Buffer.alloc(WEBHOOK_BYTES_MAX);
  const reading = held.map(async (stream, index) => bodies.read(`connection ${index % 4}`, stream, null));
  for (const stream of held) stream.write(chunk);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await bodies.read('another', sent('{}'), null), 'too_many');
  for (const stream of held) stream.end();
  const read = await Promise.all(reading);
  for (const [index, body] of read.entries()) {
    assert.ok(typeof body !== 'string');
    bodies.release(`connection ${index % 4}`, body);
  }
  assert.equal(String(await bodies.read('another', sent('{}'), null)), '{}');
});

test('a body comes out as it was sent, whatever its pieces', async () => {
  for (const length of [7, null]) {
    for (const pieces of [['{"a"', ':', '1}'], ['{"a":1}']])
      assert.equal(String(await bodyReader().read('any', sent(...pieces), length)), '{"a":1}');
  }
});

function sent(...pieces: string[]): PassThrough {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  return stream.end();
}
