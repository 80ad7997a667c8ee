import { posix } from 'node:path';

/** A file of the house; `path` is relative to its root. */
export interface SourceFile {
  path: string;
  text: string;
}

interface Import {
  from: string;
  typeOnly: boolean;
  /** What stands between `import` and `from`. */
  names: string;
}

const LINES_MAX = 300;
const OUTER = ['audit', 'tenants', 'accounts', 'db', 'jobs', 'lib', 'contract', 'outbound'];
const CONNECTED = [...OUTER, 'connections', 'github'];
const SOURCES = [...CONNECTED, 'deliveries', 'mirror', 'filing', 'reports'];

/** Folder -> what it may import besides itself. `*`: everything. A folder that is not here is a fault. */
export const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  contract: ['lib'],
  db: ['lib'],
  jobs: ['db', 'lib'],
  outbound: ['lib'],
  github: ['lib', 'contract', 'outbound'],
  sentry: ['lib', 'contract', 'outbound'],
  audit: ['db', 'jobs', 'lib', 'contract', 'outbound'],
  tenants: ['audit', 'db', 'jobs', 'lib', 'contract', 'outbound'],
  accounts: OUTER,
  connections: CONNECTED,
  deliveries: CONNECTED,
  mirror: [...CONNECTED, 'deliveries'],
  filing: [...CONNECTED, 'mirror'],
  reports: SOURCES,
  errors: [...CONNECTED, 'deliveries', 'mirror', 'filing', 'sentry'],
  // no connections, no database: what it shares with the hub are decisions, the two doors, and parts that need neither
  'one-shot': ['lib', 'contract', 'outbound', 'github', 'sentry', 'filing', 'errors'],
  health: [...SOURCES, 'errors'],
  reflection: SOURCES,
  sandbox: ['lib'],
  http: ['*'],
  cli: ['*'],
  // config.ts and what else lies directly in src: settings are handed down, only the composition reads them
  '.': ['lib'],
};
/** Who is asking is a type that these need too, though accounts stand above them. */
const KNOWS_THE_PRINCIPAL = ['audit', 'tenants'];
/** Folders without a face: every file is one. */
const OPEN_FOLDERS = ['lib', 'contract', '.'];
/** Parts that do without a database: callers that have none come in here, past a face that needs one. */
const SIDE_DOORS = ['src/filing/lookup.ts', 'src/filing/extras.ts'];
/** Put the parts together, so they also take routes and jobs. */
const COMPOSITION = ['http', 'cli'];

/** Every breach of the house's rules, one sentence each, naming the file. */
export function faultsOf(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const said = [...lengthFaults(file), ...(file.path.startsWith('web/') ? webFaults(file) : []), ...testFaults(file)];
    if (file.path.startsWith('src/') && !isTest(file.path)) said.push(...importFaults(file), ...roleFaults(file));
    return said.map((fault) => `${file.path}: ${fault}`);
  });
}

function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.tsx?$/u.test(path);
}

function lengthFaults({ path, text }: SourceFile): string[] {
  // tables read better whole
  if (/\.(?:fixture|generated)\.ts$|\/fixtures\/|\/schema(?:-mirror)?\.ts$|contract\/routes\.ts$/u.test(path))
    return [];
  const lines = text.trimEnd().split('\n').length;
  return lines > LINES_MAX ? [`has ${lines} lines, at most ${LINES_MAX} are allowed`] : [];
}

function testFaults(file: SourceFile): string[] {
  if (!/(?<!\.pg)\.test\.tsx?$/u.test(file.path)) return [];
  const needsDatabase = importsOf(file).some(({ from }) => resolveFrom(file.path, from) === 'test/support/database.ts');
  return needsDatabase ? ['needs PostgreSQL, so its name ends with .pg.test.ts'] : [];
}

function webFaults(file: SourceFile): string[] {
  return importsOf(file).flatMap(({ from, typeOnly }) => {
    const target = resolveFrom(file.path, from);
    if (target === null || target.startsWith('web/')) return [];
    if (!target.startsWith('src/contract/')) return [`imports ${target}, but the web knows only the contract`];
    return typeOnly ? [] : [`imports values of ${target}, but only types may cross`];
  });
}

function importFaults(file: SourceFile): string[] {
  return importsOf(file).flatMap((entry) => {
    const target = resolveFrom(file.path, entry.from);
    if (target === null || target === 'package.json') return [];
    if (!target.startsWith('src/') || isTest(target)) return [`imports ${target}, which is not part of the product`];
    return [
      orderFault(file.path, target, entry),
      doorFault(file.path, target),
      decisionFault(file.path, target),
    ].filter((fault) => fault !== null);
  });
}

function orderFault(path: string, target: string, { typeOnly }: Import): string | null {
  const [from, to] = [folderOf(path), folderOf(target)];
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `lies in src/${from}, which has no place in the import order`;
  if (from === to || allowed.includes('*') || allowed.includes(to)) return null;
  if (to === 'accounts' && typeOnly && target.endsWith('.model.ts') && KNOWS_THE_PRINCIPAL.includes(from)) return null;
  return `imports ${target}, but ${from} may not import ${to}`;
}

function doorFault(path: string, target: string): string | null {
  const [from, to] = [folderOf(path), folderOf(target)];
  if (from === to || OPEN_FOLDERS.includes(to)) return null;
  if (from === 'one-shot' && SIDE_DOORS.includes(target)) return null;
  const name = posix.basename(target);
  if (name === `${to}.ts` || name.endsWith('.model.ts')) return null;
  // the face is no decision, and what is pure has nothing to hide
  if (path.endsWith('.decide.ts') && name.endsWith('.decide.ts')) return null;
  if (COMPOSITION.includes(from) && /\.(?:routes|jobs)\.ts$/u.test(name)) return null;
  return `imports ${target}, but another folder is entered by its face ${to}.ts or a model`;
}

function decisionFault(path: string, target: string): string | null {
  if (!path.endsWith('.decide.ts')) return null;
  const isPure = ['lib', 'contract'].includes(folderOf(target)) || /\.(?:model|decide)\.ts$/u.test(target);
  return isPure ? null : `imports ${target}, but a decision knows only lib, contract, models and decisions`;
}

/** Words and packages that belong to one role only. */
const ROLES: { what: string; found(code: string, imports: Import[]): boolean; only: RegExp; where: string }[] = [
  {
    what: 'speaks SQL',
    found: (code, imports) =>
      imports.some(
        ({ from, typeOnly, names }) =>
          (from === 'kysely' && !typeOnly && /\bsql\b/u.test(names)) || (from === 'pg' && !typeOnly),
      ) || /\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/u.test(code),
    only: /\.store\.ts$|^src\/db\//u,
    where: '*.store.ts and src/db',
  },
  {
    what: 'knows Fastify',
    found: (_, imports) => imports.some(({ from }) => /^@?fastify(?:$|[-/])/u.test(from)),
    only: /\.routes\.ts$|^src\/http\//u,
    where: '*.routes.ts and src/http',
  },
  {
    what: 'calls the outside',
    found: (code, imports) =>
      /(?<![.\w])(?:globalThis\.)?fetch\(/u.test(code) ||
      imports.some(({ from, typeOnly }) => from === 'undici' && !typeOnly),
    only: /\.client\.ts$/u,
    where: '*.client.ts',
  },
];
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bprocess\.|\bconsole\.|\bawait\b/u;
const IMPURE_PACKAGES = /^node:(?!crypto$|util$|url$|assert|net$)|^(?:pg|kysely|pino|undici|fastify)$/u;

function roleFaults(file: SourceFile): string[] {
  const imports = importsOf(file);
  const code = codeOf(file.text);
  const said = ROLES.filter((role) => !role.only.test(file.path) && role.found(code, imports)).map(
    (role) => `${role.what}, which only ${role.where} may`,
  );
  if (!file.path.endsWith('.decide.ts')) return said;
  const word =
    IMPURE.exec(code)?.[0] ?? imports.find(({ from, typeOnly }) => !typeOnly && IMPURE_PACKAGES.test(from))?.from;
  return word === undefined
    ? said
    : [...said, `uses ${word.trim()}, but a decision has no clock, chance, I/O or waiting`];
}

/** The imports and re-exports of a file, read line by line: nothing parses TypeScript 7 for us. */
export function importsOf({ text }: SourceFile): Import[] {
  const fixed = [
    ...text.matchAll(
      /^(?:import|export)\b(?<names>[\w$*,{}\s]*?)\bfrom\s*'(?<from>[^']+)'|^import\s*'(?<bare>[^']+)'/gmu,
    ),
  ];
  const dynamic = [...text.matchAll(/\bimport\(\s*'(?<from>[^']+)'/gu)];
  return [...fixed, ...dynamic].map(({ groups }) => {
    const names = groups?.['names'] ?? '';
    return { from: groups?.['from'] ?? groups?.['bare'] ?? '', names, typeOnly: /^\s+type\b/u.test(names) };
  });
}

/** The text without comments and plain strings, so that words in them do not count. */
function codeOf(text: string): string {
  return text
    .replaceAll(/^\s*\/\*[\s\S]*?\*\//gmu, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'/gu, "''")
    .replaceAll(/\/\/[^\n]*/gu, '');
}

/** The imported file's path from the root, or null for a package. */
function resolveFrom(path: string, from: string): string | null {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : null;
}

/** `src/filing/send.ts` -> `filing`, `src/config.ts` -> `.` */
function folderOf(path: string): string {
  const [, folder, file] = path.split('/');
  return file === undefined ? '.' : (folder ?? '.');
}
