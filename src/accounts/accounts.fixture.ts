import type { TestContext } from 'node:test';

import { testDatabase } from '../../test/support/database.ts';
import { quiet } from '../../test/support/quiet.ts';
import { deriveKeyring } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import { openOutbound } from '../outbound/outbound.ts';
import type { AddressPolicy } from '../outbound/outbound.model.ts';
import type { AccountsCtx } from './accounts.model.ts';
import { keySetsOver } from './jwks.client.ts';

export const ADMIN_KEY = 'the-operators-own-key';
export const DEVICE = { ip: '192.0.2.7', userAgent: 'test' };
export const PASSWORD = 'correct horse battery';

/** A context on a fresh database whose clock moves only when told. */
export interface TestAccounts extends AccountsCtx {
  wait(ms: number): void;
}

export async function testAccounts(t: TestContext, addresses: AddressPolicy = 'private'): Promise<TestAccounts> {
  const { sql } = await testDatabase(t);
  const outbound = openOutbound({});
  t.after(() => outbound.close());
  let now = new Date('2026-01-02T03:04:05Z');
  return {
    sql,
    now: () => now,
    wait: (ms) => {
      now = new Date(now.getTime() + ms);
    },
    log: quiet,
    keyring: deriveKeyring([new Secret('a secret key for tests')]),
    keySets: keySetsOver(outbound, addresses, quiet),
    adminApiKey: new Secret(ADMIN_KEY),
    publicUrl: 'http://hub.example',
    hasConnection: async () => false,
  };
}
