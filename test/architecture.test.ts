import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { faultsOf, importsOf } from './support/architecture.ts';

import type { SourceFile } from './support/architecture.ts';

const ROOT = join(import.meta.dirname, '..');

function house(): SourceFile[] {
  const paths = globSync(['{src,web,test,bench,scripts}/**/*.{ts,tsx}'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  });
  return paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

test('the house keeps its import order, its roles and its file sizes', () => {
  const files = house();
  assert.ok(files.length > 20, `only ${files.length} files were read`);
  assert.deepEqual(faultsOf(files), []);
});

test('every import that the rules are held against leads to a file, so none is misread', () => {
  const files = house().filter((file) => file.path.startsWith('src/'));
  const missing = files.flatMap((file) =>
    importsOf(file)
      .filter(({ from }) => from.startsWith('.') && !existsSync(join(ROOT, dirname(file.path), from)))
      .map(({ from }) => `${file.path} -> ${from}`),
  );
  assert.deepEqual(missing, []);
  assert.ok(files.flatMap(importsOf).length > files.length, 'fewer imports than files were found');
});

const PLANTED: { name: string; file: SourceFile; says: RegExp | null }[] = [
  plant(
    'a lower folder that imports a higher one',
    'src/github/x.ts',
    `import { submit } from '../reports/reports.ts';`,
    /github may not import reports/u,
  ),
  plant(
    'a mirror that imports filing',
    'src/mirror/x.ts',
    `import { send } from '../filing/filing.ts';`,
    /mirror may not import filing/u,
  ),
  plant(
    'filing that imports the mirror is right',
    'src/filing/x.ts',
    `import { apply } from '../mirror/mirror.ts';`,
    null,
  ),
  plant(
    'a folder nobody placed',
    'src/newcomer/x.ts',
    `import { after } from '../lib/clock.ts';`,
    /no place in the import order/u,
  ),
  plant(
    'a back door into another folder',
    'src/reports/x.ts',
    `import {\n  claim,\n} from '../filing/filing.store.ts';`,
    /entered by its face/u,
  ),
  plant(
    'a re-export through a back door',
    'src/reports/x.ts',
    `export * from '../filing/send.ts';`,
    /entered by its face/u,
  ),
  plant(
    'a dynamic import through a back door',
    'src/reports/x.ts',
    `const x = await import('../filing/send.ts');`,
    /entered by its face/u,
  ),
  plant(
    'a model of another folder is right',
    'src/reports/x.ts',
    `import type { Filing } from '../filing/filing.model.ts';`,
    null,
  ),
  plant(
    'the composition that takes routes is right',
    'src/cli/x.ts',
    `import { routes } from '../reports/reports.routes.ts';`,
    null,
  ),
  plant(
    'the composition at a back door',
    'src/cli/x.ts',
    `import { rows } from '../reports/reports.store.ts';`,
    /entered by its face/u,
  ),
  plant(
    'the shell read by audit',
    'src/audit/x.ts',
    `import { signIn } from '../accounts/accounts.ts';`,
    /audit may not import accounts/u,
  ),
  plant(
    'the principal known by audit is right',
    'src/audit/x.ts',
    `import type { Principal } from '../accounts/accounts.model.ts';`,
    null,
  ),
  plant(
    'a capability that reads settings',
    'src/filing/x.ts',
    `import { readConfig } from '../config.ts';`,
    /filing may not import \./u,
  ),
  plant(
    'product code that imports a test',
    'src/filing/x.ts',
    `import { quiet } from '../../test/support/quiet.ts';`,
    /not part of the product/u,
  ),
  plant(
    'product code that imports a fixture',
    'src/filing/x.ts',
    `import { row } from './filing.fixture.ts';`,
    /not part of the product/u,
  ),
  plant(
    'a decision that imports a store',
    'src/filing/x.decide.ts',
    `import { claim } from './filing.store.ts';`,
    /a decision knows only/u,
  ),
  plant(
    'a decision that imports a decision of another folder is right',
    'src/reports/x.decide.ts',
    `import { nextState } from '../filing/filing.decide.ts';`,
    null,
  ),
  plant(
    'a shell that imports a decision of another folder',
    'src/reports/x.ts',
    `import { nextState } from '../filing/filing.decide.ts';`,
    /entered by its face/u,
  ),
  plant(
    'a decision that looks at the clock',
    'src/filing/x.decide.ts',
    `export const late = () => new Date() > limit;`,
    /uses new Date\(\)/u,
  ),
  plant(
    'a decision that draws lots',
    'src/filing/x.decide.ts',
    `export const jitter = () => Math.random();`,
    /uses Math\.random\(/u,
  ),
  plant(
    'a decision that reads a file',
    'src/filing/x.decide.ts',
    `import { readFileSync } from 'node:fs';`,
    /uses node:fs/u,
  ),
  plant('SQL outside a store', 'src/filing/x.ts', `import { sql } from 'kysely';`, /speaks SQL/u),
  plant(
    'a query builder outside a store',
    'src/filing/x.ts',
    `const rows = ctx.sql.selectFrom('filings');`,
    /speaks SQL/u,
  ),
  plant('SQL in a store is right', 'src/filing/x.store.ts', `import { sql } from 'kysely';`, null),
  plant(
    'Fastify outside routes',
    'src/filing/x.ts',
    `import type { FastifyRequest } from 'fastify';`,
    /knows Fastify/u,
  ),
  plant('a call to the outside', 'src/filing/x.ts', `const answer = await fetch(url);`, /calls the outside/u),
  plant(
    'a call to the outside by undici',
    'src/filing/x.ts',
    `import { request } from 'undici';`,
    /calls the outside/u,
  ),
  plant(
    'a method called fetch and a word in a comment are right',
    'src/filing/x.ts',
    `// fetch(url) would be wrong\nconst a = cache.fetch(key);`,
    null,
  ),
  plant(
    'web that imports server code',
    'web/pages/x.tsx',
    `import type { Filing } from '../../src/filing/filing.model.ts';`,
    /knows only the contract/u,
  ),
  plant(
    'web that imports values of the contract',
    'web/pages/x.tsx',
    `import { ROLES } from '../../src/contract/people.ts';`,
    /only types may cross/u,
  ),
  plant('a file that is too long', 'src/filing/x.ts', `const a = 1;\n`.repeat(301), /has 301 lines/u),
  plant('a long fixture is right', 'src/filing/x.fixture.ts', `const a = 1;\n`.repeat(301), null),
  plant(
    'a test that needs PostgreSQL and does not say so',
    'src/filing/x.test.ts',
    `import { testDatabase } from '../../test/support/database.ts';`,
    /ends with \.pg\.test\.ts/u,
  ),
  plant(
    'a text that looks like an import is right',
    'src/filing/x.ts',
    `export const text = 'of ../reports/reports.store.ts';\nexport const more = '../reports/submit.ts';`,
    null,
  ),
];

for (const { name, file, says } of PLANTED) {
  test(`planted: ${name}${says === null ? '' : ' is reported'}`, () => {
    const faults = faultsOf([file]);
    if (says === null) assert.deepEqual(faults, []);
    else assert.match(faults.join('\n'), says);
  });
}

function plant(
  name: string,
  path: string,
  text: string,
  says: RegExp | null,
): { name: string; file: SourceFile; says: RegExp | null } {
  return { name, file: { path, text }, says };
}
