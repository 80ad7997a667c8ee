import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { FILING_EVENTS, FILING_STATES } from '../src/filing/filing.model.ts';
import { FILING_TRANSITIONS } from '../src/filing/filing.decide.ts';
import { helpTable } from '../src/config.ts';
import { sentrySyncHelp } from '../src/sentry-sync-settings.ts';
import packageJson from '../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

test('the README lists every setting with its default and meaning', () => {
  const expected = helpTable().map((row) => [`\`${row.name}\``, row.default, row.help]);
  assert.deepEqual(tableAfter(read('README.md'), '| name | default | meaning |'), expected);
});

test('the page of the one-shot lists every setting of it with its default and meaning', () => {
  const expected = sentrySyncHelp().map((row) => [`\`${row.name}\``, row.default, row.help]);
  assert.deepEqual(tableAfter(read('docs/one-shot.md'), '| name | default | meaning |'), expected);
});

test('every npm script that a document names exists', () => {
  const builtIn = ['ci', 'install'];
  const missing = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/\bnpm (?:run )?(?<name>(?<=run )[\w:]+|test|start|ci)\b/gu)]
      .map((match) => match.groups?.['name'] ?? '')
      .filter((name) => !builtIn.includes(name) && !Object.hasOwn(packageJson.scripts, name))
      .map((name) => `${path}: npm run ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('every file that a document links to exists', () => {
  const missing = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/gu)]
      .map((match) => match.groups?.['target'] ?? '')
      .filter((target) => !/^https?:/u.test(target) && !existsSync(join(ROOT, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  assert.deepEqual(missing, []);
});

test('every source file that a document names exists', () => {
  const missing = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/`(?<file>(?:src|test|web|migrations|scripts|bench|docs)\/[\w./-]+\.\w+)`/gu)]
      .map((match) => match.groups?.['file'] ?? '')
      .filter((file) => !existsSync(join(ROOT, file)))
      .map((file) => `${path}: ${file}`),
  );
  assert.deepEqual(missing, []);
});

test("the filing specification's transition table is the machine's", () => {
  const spec = read('docs/filing-spec.md');
  const header = `| | ${FILING_EVENTS.join(' | ')} |`;
  const expected = FILING_STATES.map((state) => [
    `**${state}**`,
    ...FILING_EVENTS.map((event) => FILING_TRANSITIONS[state][event]),
  ]);
  assert.deepEqual(tableAfter(spec, header), expected);
});

test('every invariant of the filing specification names tests that exist', () => {
  const rows = tableAfter(read('docs/filing-spec.md'), '| | invariant | held by |');
  assert.deepEqual(
    rows.map(([id]) => id),
    rows.map((_, index) => `I${index + 1}`),
  );
  const faults = rows.flatMap(([id = '', , heldBy = '']) => {
    const held = namedTests(heldBy);
    if (held.length === 0) return [`${id} names no test`];
    return held.filter(({ file, words }) => !holds(file, words)).map(({ file, words }) => `${id}: ${file} "${words}"`);
  });
  assert.deepEqual(faults, []);
});

test('every runtime dependency says what we would write instead', () => {
  const rows = tableAfter(read('docs/adr/0015-dependencies.md'), '| package | for | we would write instead |');
  assert.deepEqual(new Set(rows.map(([name]) => name)), new Set(Object.keys(packageJson.dependencies)));
});

/** The rows of the Markdown table under this header line, cell by cell. */
function tableAfter(text: string, header: string): string[][] {
  const lines = text.split('\n');
  const start = lines.indexOf(header);
  assert.notEqual(start, -1, `there is no table "${header}"`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? undefined : end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

/** `file` "words", "more words"; … -> each pair. A file without words stands for all its tests. */
function namedTests(heldBy: string): { file: string; words: string }[] {
  return [...heldBy.matchAll(/`(?<file>[^`]+)`(?<tests>[^`]*)/gu)].flatMap(({ groups }) => {
    const file = groups?.['file'] ?? '';
    const words = [...(groups?.['tests'] ?? '').matchAll(/"(?<words>[^"]+)"/gu)].map((m) => m.groups?.['words'] ?? '');
    return (words.length === 0 ? [''] : words).map((one) => ({ file, words: one }));
  });
}

function holds(file: string, words: string): boolean {
  if (!existsSync(join(ROOT, file))) return false;
  if (words === '') return true;
  return read(file)
    .split('\n')
    .some((line) => /\btest\(/u.test(line) && line.includes(words));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
