import { enableCompileCache } from 'node:module';

// The first line of the program: what is compiled once is read from the cache at the next start.
enableCompileCache();
const startedAt = Date.now();

const { run } = await import('./commands.ts');
process.exitCode = await run(process.argv, process.env, startedAt);
