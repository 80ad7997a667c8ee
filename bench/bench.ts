/*
 * npm run bench                     every question, one JSON line each
 * npm run bench -- --only latency   one of: accepted, errors, errors-lists, filed, import, latency, lists, quiet, receive, start
 * npm run bench -- --large          import with 100,000 items too
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import { accepted } from './accepted.ts';
import { errors } from './errors.ts';
import { errorsLists } from './errors-lists.ts';
import { filed } from './filed.ts';
import { importing } from './import.ts';
import { latency } from './latency.ts';
import { lists } from './lists.ts';
import { quiet } from './quiet.ts';
import { receive } from './receive.ts';
import { start } from './start.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, large: { type: 'boolean', default: false } } });
const mirror = { import: async () => importing(values), quiet };
const QUESTIONS: Record<string, () => Promise<object>> = {
  start,
  latency,
  filed,
  accepted,
  receive,
  lists,
  errors,
  'errors-lists': errorsLists,
  ...mirror,
};

const asked = Object.entries(QUESTIONS).filter(([name]) => values.only === undefined || values.only === name);
if (asked.length === 0) {
  console.error(`There is no question "${values.only}". Ask one of: ${Object.keys(QUESTIONS).join(', ')}.`);
  process.exitCode = 2;
}
const [cpu] = cpus();
console.log(
  JSON.stringify({
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model,
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }),
);
for (const [name, ask] of asked) console.log(JSON.stringify({ question: name, ...(await ask()) }));
