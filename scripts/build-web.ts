import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

import type * as Vite from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['web', 'src/contract', 'package-lock.json'];
const RESULT = 'dist/web/index.html';
const UNFINISHED = 'dist/web.new';
const COMPRESSED = /\.(?:js|css|svg)$/u;

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

// Compressed once here, so that serving a page costs the hub nothing.
async function compress(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && COMPRESSED.test(entry.name));
  await Promise.all(
    files.map(async (file) => {
      const path = join(file.parentPath, file.name);
      const text = await readFile(path);
      await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
      await writeFile(`${path}.br`, await promisify(brotliCompress)(text));
    }),
  );
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
  // Built aside and put in place at the end: a hub that runs meanwhile keeps serving whole pages.
  const unfinished = join(root, UNFINISHED);
  await vite.build({
    configFile: join(root, 'web/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: unfinished, emptyOutDir: true },
  });
  await compress(unfinished);
  await rm(join(root, 'dist/web'), { recursive: true, force: true });
  await rename(unfinished, join(root, 'dist/web'));
  console.log(`The pages are built in dist/web (${Math.round(performance.now() - startedAt)} ms).`);
}

await main();
