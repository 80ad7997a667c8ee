import { readFile, writeFile } from 'node:fs/promises';

import { openApiDocument } from '../src/http/http.ts';

/** Writes openapi.json from the routes; with `--check` it only says whether the committed file is the same. */
const FILE = new URL('../openapi.json', import.meta.url);

const made = `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
if (process.argv.includes('--check')) {
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed !== made) {
    console.error('openapi.json differs from the routes. Run `npm run openapi` and commit it.');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, made);
  console.log(`openapi.json: ${made.length} characters`);
}
