import { InvalidArgumentError } from 'commander';

import { readConfig } from '../config.ts';
import { Secret } from '../lib/secret.ts';
import type { Command } from 'commander';
import type { HubAccess } from './hub-api.client.ts';

/** For the end of each help text. */
export const KEY_HELP = `
The key is read from THROUGHLINE_API_KEY, or else from ADMIN_API_KEY; never from the command line, where others could see it.`;

/** What every command that speaks to a running hub is told. */
export interface RemoteOptions {
  url?: string;
  tenant?: string;
  json?: true;
}

/** Gives a command the options that each of them has. */
export function remote(command: Command): Command {
  return command
    .option('--url <address>', 'address of the hub; default: PUBLIC_URL')
    .option('--tenant <slug>', "tenant meant, for a system admin's key")
    .option('--json', 'print the answer as JSON');
}

/** Which hub is meant, and by whose key. Ends the command with 2 when that is not told rightly. */
export function access(options: RemoteOptions, env: NodeJS.ProcessEnv, command: Command): HubAccess {
  const key = env['THROUGHLINE_API_KEY']?.trim() || env['ADMIN_API_KEY']?.trim() || null;
  if (key === null)
    command.error(
      'error: No API key: set THROUGHLINE_API_KEY to one made under Settings, API keys, or ADMIN_API_KEY to the one of the hub.',
    );
  const url = options.url === undefined ? readConfig(env).publicUrl : options.url.replace(/\/+$/u, '');
  if (!/^https?:\/\//u.test(url)) command.error('error: --url must be an address like https://example.com.');
  return { url, apiKey: new Secret(key), tenant: options.tenant };
}

/** Reads whole seconds of at most `max`. */
export function seconds(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/u.test(text) || value > max) throw new InvalidArgumentError(`Give whole seconds, 0 to ${max}.`);
    return value;
  };
}
