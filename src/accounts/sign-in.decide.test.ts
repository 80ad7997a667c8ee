import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { blockedUntil, countFailure, signInSubjects } from './sign-in.decide.ts';
import type { FailureCount } from './sign-in.decide.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const fresh: FailureCount = { subject: 'email:a@b.example', failures: 0, blockedUntil: NOW, updatedAt: NOW };

test('the fifth wrong password blocks for a minute, each further one for twice as long, up to 15 minutes', () => {
  const minutes: number[] = [];
  let count = fresh;
  for (let i = 0; i < 12; i += 1) {
    count = countFailure(count, NOW);
    minutes.push((count.blockedUntil.getTime() - NOW.getTime()) / MINUTE_MS);
  }
  assert.deepEqual(minutes, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
});

test('a quiet day forgives all failures', () => {
  const old = { ...fresh, failures: 30, updatedAt: after(NOW, -DAY_MS) };
  assert.equal(countFailure(old, NOW).failures, 1);
});

test('a block ends at its minute and not before', () => {
  const count = { ...fresh, blockedUntil: after(NOW, 1) };
  assert.deepEqual(blockedUntil([fresh, count], NOW), after(NOW, 1));
  assert.equal(blockedUntil([fresh, count], after(NOW, 1)), null);
});

test('an e-mail counts whatever its case, IPv6 by its /64, IPv4 the same in both notations', () => {
  assert.equal(signInSubjects('Ann@Example.com', '192.0.2.7').email, 'email:ann@example.com');
  const addresses = ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '2001:db8:0:0:ffff::2', '::1'];
  assert.deepEqual(
    addresses.map((ip) => signInSubjects('', ip).address),
    ['ip:192.0.2.7', 'ip:192.0.2.7', 'ip:2001:db8:0:0::/64', 'ip:2001:db8:0:0::/64', 'ip:0:0:0:0::/64'],
  );
});
