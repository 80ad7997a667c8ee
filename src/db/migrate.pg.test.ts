import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { testDatabase } from '../../test/support/database.ts';
import { quiet } from '../../test/support/quiet.ts';
import { DatabaseProblem } from './db.model.ts';
import { migrate } from './db.ts';

import type { Database } from './db.ts';
import type { TestContext } from 'node:test';

const ONE = { '0001_one.sql': 'create table one (id int);' };
const TWO = { ...ONE, '0002_two.sql': '-- more\ncreate table two (id int);\ninsert into two values (1);' };
const BREAKING = { ...TWO, '0003_three.sql': '--! breaking\ndrop table one;' };

test('migrations are applied in order and only once', async (t) => {
  const db = await testDatabase(t, { empty: true });
  await migrate(db, quiet, folderOf(t, ONE));
  await migrate(db, quiet, folderOf(t, TWO));
  await migrate(db, quiet, folderOf(t, TWO));
  assert.deepEqual(await applied(db), [
    { version: 1, name: 'one', breaking: false },
    { version: 2, name: 'two', breaking: false },
  ]);
  assert.equal((await db.pool.query('select from two')).rowCount, 1);
});

test('two starters at once apply each migration once', async (t) => {
  const db = await testDatabase(t, { empty: true });
  const slow = {
    '0001_one.sql': 'select pg_sleep(0.1); create table one (id int);',
    '0002_two.sql': 'create table two (id int);',
  };
  const dir = folderOf(t, slow);
  await Promise.all([migrate(db, quiet, dir), migrate(db, quiet, dir), migrate(db, quiet, dir)]);
  assert.equal((await applied(db)).length, 2);
});

test('a migration that fails leaves nothing behind', async (t) => {
  const db = await testDatabase(t, { empty: true });
  const dir = folderOf(t, { ...ONE, '0002_two.sql': 'create table two (id int); select 1/0;' });
  await assert.rejects(migrate(db, quiet, dir), /division by zero/u);
  assert.deepEqual(await applied(db), [{ version: 1, name: 'one', breaking: false }]);
  assert.equal((await db.pool.query(`select to_regclass('two') as two`)).rows[0].two, null);
});

test('code older than the last breaking migration refuses to start, in a sentence', async (t) => {
  const db = await testDatabase(t, { empty: true });
  await migrate(db, quiet, folderOf(t, BREAKING));
  await assert.rejects(migrate(db, quiet, folderOf(t, TWO)), (error) => {
    assert.ok(error instanceof DatabaseProblem);
    assert.match(error.message, /newer version of Throughline \(schema 3; this version knows up to 2\)/u);
    return true;
  });
});

test('code older than a migration that does not break it starts', async (t) => {
  const db = await testDatabase(t, { empty: true });
  await migrate(db, quiet, folderOf(t, TWO));
  await migrate(db, quiet, folderOf(t, ONE));
});

test('the real migrations give every table that the types name', async (t) => {
  const db = await testDatabase(t);
  const { rows } = await db.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const schema = readdirSync(import.meta.dirname)
    .filter((file) => /^schema.*\.ts$/u.test(file))
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  for (const { name } of rows.filter((row) => row.name !== 'schema_migrations')) {
    const { rows: columns } = await db.pool.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1`,
      [name],
    );
    const typeName = `${name.replaceAll(/(?:^|_)(?<letter>\w)/gu, (_, letter: string) => letter.toUpperCase())}Table`;
    const body =
      new RegExp(`interface ${typeName} \\{(?<body>[^}]*(?:\\{[^}]*\\}[^}]*)*?)\\n\\}`, 'u').exec(schema)?.groups?.[
        'body'
      ] ?? '';
    const typed = [...body.matchAll(/^ {2}(?<column>\w+):/gmu)].map((match) => match.groups?.['column'] ?? '');
    assert.deepEqual(new Set(typed), new Set(columns.map((column) => column.name)), `columns of ${name} in the types`);
  }
});

function folderOf(t: TestContext, files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-migrations-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

async function applied(db: Database): Promise<unknown[]> {
  return (await db.pool.query('select version, name, breaking from schema_migrations order by version')).rows;
}
