import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SandboxState } from './sandbox.model.ts';
import { isJsonObject } from './sandbox-call.ts';
import { upgradeState } from './sandbox-upgrade.ts';

const QUIET_MS = 200;
/** Writing may take at most this share of the time, so that a big state does not eat the process. */
const WRITING_SHARE = 0.1;

/** Reads the saved state; null when there is none yet. Throws a sentence when the file is something else. */
export async function readState(path: string): Promise<SandboxState | null> {
  const parsed = await readSaved(path);
  if (parsed === null) return null;
  if (!isState(parsed))
    throw new Error(`${path} is not the state of a sandbox GitHub. Move it away to start with a new one.`);
  return upgradeState(parsed);
}

/** The JSON that was saved at this path; null when there is none yet. */
export async function readSaved(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isState(value: unknown): value is Parameters<typeof upgradeState>[0] {
  return (
    isJsonObject(value) &&
    (value['version'] === 1 || value['version'] === 2) &&
    Array.isArray(value['repositories']) &&
    isJsonObject(value['tokens'])
  );
}

export interface Keeper {
  /** Something changed: save soon. */
  touched(): void;
  /** Saves what is not saved yet. */
  flush(): Promise<void>;
}

/** Saves the state a moment after it changed, to a neighbour file that then takes the place of the old one. */
export function keepState(path: string, state: () => object): Keeper {
  let timer: NodeJS.Timeout | null = null;
  let saving: Promise<void> = Promise.resolve();
  let pauseMs = QUIET_MS;
  const save = async (): Promise<void> => {
    const startedAt = performance.now();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(state()));
    await rename(`${path}.new`, path);
    pauseMs = Math.max(QUIET_MS, (performance.now() - startedAt) / WRITING_SHARE);
  };
  const start = (): Promise<void> => {
    timer = null;
    saving = saving.then(save, save);
    return saving;
  };
  return {
    touched() {
      // A failed save (disk full) is tried again with the next change and reported by the flush at the end.
      timer ??= setTimeout(() => void start().catch(() => undefined), pauseMs);
    },
    async flush() {
      if (timer !== null) clearTimeout(timer);
      await start();
    },
  };
}
