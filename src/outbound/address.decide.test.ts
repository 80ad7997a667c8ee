import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddressAllowed, isHostAllowed, isLoopbackHost } from './address.decide.ts';

const NEVER = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '100.100.100.200',
  '168.63.129.16',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  'not an address',
];

const PRIVATE = [
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.8.8.8',
  '::1',
  'fc00::1',
  'fdff::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  '2002:0a00:0001::',
];

const PUBLIC = [
  '140.82.121.6',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:50c0:8000::153',
  '::ffff:140.82.121.6',
  '64:ff9b::8c52:7906',
];

test('link-local, metadata, unspecified and multicast addresses are refused even where private ones are allowed', () => {
  for (const address of NEVER) {
    assert.equal(isAddressAllowed(address, 'public'), false, address);
    assert.equal(isAddressAllowed(address, 'private'), false, address);
  }
});

test('private and loopback addresses are reached only where the operator allows them, in IPv6 clothes too', () => {
  for (const address of PRIVATE) {
    assert.equal(isAddressAllowed(address, 'public'), false, address);
    assert.equal(isAddressAllowed(address, 'private'), true, address);
  }
});

test('public addresses are always reached', () => {
  for (const address of PUBLIC) assert.equal(isAddressAllowed(address, 'public'), true, address);
});

test('an address from the environment is trusted whatever it is', () => {
  for (const address of [...NEVER, ...PRIVATE]) assert.equal(isAddressAllowed(address, 'any'), true, address);
});

test('decimal, octal, hexadecimal and short spellings of an address do not slip by', () => {
  const spellings = ['2130706433', '0177.0.0.1', '0x7f.1', '127.1', '0x7f000001', '[::ffff:127.0.0.1]', '①②⑦.0.0.1'];
  for (const spelling of spellings) {
    assert.equal(isHostAllowed(new URL(`http://${spelling}/`).hostname, 'public'), false, spelling);
  }
  assert.equal(isHostAllowed(new URL('http://2852039166/').hostname, 'private'), false, 'decimal 169.254.169.254');
});

test('metadata names and localhost are refused by name, because a proxy would resolve them out of our sight', () => {
  assert.equal(isHostAllowed('metadata.google.internal', 'private'), false);
  assert.equal(isHostAllowed('METADATA.google.internal.', 'private'), false);
  assert.equal(isHostAllowed('localhost', 'public'), false);
  assert.equal(isHostAllowed('api.localhost.', 'public'), false);
  assert.equal(isHostAllowed('localhost', 'private'), true);
  assert.equal(isHostAllowed('api.github.com', 'public'), true);
});

test('this machine is recognised by all its names', () => {
  for (const host of ['localhost', 'x.localhost', '127.0.0.1', '127.9.9.9', '[::1]'])
    assert.ok(isLoopbackHost(host), host);
  for (const host of ['localhost.example.com', '10.0.0.1', 'github.com', '[::2]'])
    assert.ok(!isLoopbackHost(host), host);
});
