import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigProblem, secretKeys } from './settings.ts';

import type { Config } from './config.ts';
import type { Secret } from './lib/secret.ts';

const KEY_BYTES = 32;

/** `SECRET_KEY` as given, or the one kept in `DATA_DIR/secret.key`, made at the first start. Throws `ConfigProblem`. */
export function keepSecretKey(config: Pick<Config, 'secretKeys' | 'dataDir'>): Secret[] {
  if (config.secretKeys !== null) return config.secretKeys;
  const file = join(config.dataDir, 'secret.key');
  try {
    if (!existsSync(file)) makeKeyFile(config.dataDir, file);
    return secretKeys(readFileSync(file, 'utf8').trim());
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ConfigProblem(
      `The secret key cannot be kept in ${file} (${words}). Set SECRET_KEY, or DATA_DIR to a folder that can be written.`,
    );
  }
}

/** The file appears whole: another process that starts in this moment must not read half a key, nor make a second one. */
function makeKeyFile(dataDir: string, file: string): void {
  const unfinished = `${file}.${randomUUID()}`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(unfinished, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(unfinished);
  }
}
