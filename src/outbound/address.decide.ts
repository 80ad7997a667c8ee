import { BlockList, isIP, isIPv4 } from 'node:net';
import type { AddressPolicy } from './outbound.model.ts';

/** `never`: link-local, cloud metadata, unspecified, multicast, broadcast: no outside system lives there, only traps. */
type AddressClass = 'public' | 'private' | 'never';

/**
 * Networks nobody may be sent to. Sources: RFC 6890 (special-purpose registries); metadata addresses of AWS
 * (169.254.169.254, fd00:ec2::254), Alibaba (100.100.100.200), Azure (168.63.129.16) and Google (fd20:ce::254).
 */
const NEVER = blockList(
  ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32', '100.100.100.200/32', '168.63.129.16/32'],
  ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
);

/** Networks that exist only inside somebody's house. */
const PRIVATE = blockList(
  [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '192.0.0.0/24',
    '198.18.0.0/15',
    '240.0.0.0/4',
  ],
  ['::1/128', 'fc00::/7', 'fec0::/10'],
);

/** IPv6 forms that carry an IPv4 address in these 16-bit groups: mapped, compatible, NAT64 and 6to4. */
const CARRIERS: { list: BlockList; groups: [number, number] }[] = [
  { list: blockList([], ['::ffff:0:0/96', '::/96', '64:ff9b::/96', '64:ff9b:1::/48']), groups: [6, 7] },
  { list: blockList([], ['2002::/16']), groups: [1, 2] },
];

/** Names by which clouds hand out credentials. Their addresses are refused too; a proxy would resolve the name where we cannot look. */
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

/** True when a connection to this IP address is allowed. An address that is not one is refused. */
export function isAddressAllowed(address: string, policy: AddressPolicy): boolean {
  if (policy === 'any') return true;
  const found = classify(address);
  return found === 'public' || (found === 'private' && policy === 'private');
}

/**
 * True when the host of a URL may be tried at all: IP literals are judged now, names when they resolve. The host comes from
 * `new URL()`, which has already turned decimal, octal and hexadecimal spellings into dotted ones.
 */
export function isHostAllowed(host: string, policy: AddressPolicy): boolean {
  if (policy === 'any') return true;
  const bare = bareHost(host);
  if (isIP(bare) !== 0) return isAddressAllowed(bare, policy);
  if (METADATA_NAMES.has(bare)) return false;
  return policy === 'private' || !isLoopbackName(bare);
}

/** True for this machine itself, which is never reached through a proxy. */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host);
  return isLoopbackName(bare) || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function classify(address: string): AddressClass {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return 'never';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (NEVER.check(bare, type)) return 'never';
  if (PRIVATE.check(bare, type)) return 'private';
  const carried = family === 6 ? carriedIpv4(bare) : null;
  return carried === null ? 'public' : classify(carried);
}

function carriedIpv4(address: string): string | null {
  const carrier = CARRIERS.find(({ list }) => list.check(address, 'ipv6'));
  if (carrier === undefined) return null;
  const groups = ipv6Groups(address);
  const [high, low] = carrier.groups.map((index) => groups[index] ?? 0);
  if (high === undefined || low === undefined) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight 16-bit groups of a valid IPv6 address. */
function ipv6Groups(address: string): number[] {
  // The URL parser writes a trailing dotted quad as two groups, so only "::" is left to expand.
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const first = parseGroups(head);
  if (tail === undefined) return first;
  const last = parseGroups(tail);
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function parseGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function blockList(ipv4: string[], ipv6: string[]): BlockList {
  const list = new BlockList();
  for (const [subnets, type] of [[ipv4, 'ipv4'] as const, [ipv6, 'ipv6'] as const]) {
    for (const subnet of subnets) {
      const [network = '', prefix] = subnet.split('/');
      list.addSubnet(network, Number(prefix), type);
    }
  }
  return list;
}
