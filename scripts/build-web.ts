import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type * as Vite from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['web', 'src/contract', 'package-lock.json'];
const RESULT = 'dist/web/index.html';

async function modifiedAt(path: string): Promise<number> {
  const entry = await stat(path).catch(() => null);
  if (entry === null) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => modifiedAt(join(path, name))));
  // the folder's own time tells of a deleted file
  return Math.max(entry.mtimeMs, ...times);
}

async function isUpToDate(): Promise<boolean> {
  const built = await modifiedAt(join(root, RESULT));
  const changed = await Promise.all(SOURCES.map((source) => modifiedAt(join(root, source))));
  return built > Math.max(...changed);
}

async function loadVite(): Promise<typeof Vite | null> {
  try {
    return await import('vite');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Builds the pages into dist/web when they are missing or older than their sources; `--force` always builds. */
async function main(): Promise<void> {
  if (!process.argv.includes('--force') && (await isUpToDate())) return;
  const vite = await loadVite();
  if (vite === null) {
    console.log('The pages are not built: Vite is a development dependency and is not installed here.');
    return;
  }
  const startedAt = performance.now();
  await vite.build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
  console.log(`The pages are built in dist/web (${Math.round(performance.now() - startedAt)} ms).`);
}

await main();
