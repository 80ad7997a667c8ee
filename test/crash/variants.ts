import { loseDatabase } from './cell.ts';
import { settled } from './count.ts';
import type { Cell } from './cell.ts';
import type { Fault } from '../fakes/github-faults.ts';
import type { ProcessKind } from './processes.ts';

/** One course a filing can take; the process is killed at every instant of it. */
export interface Variant {
  name: string;
  kind: ProcessKind;
  /** The killed process is a fresh one, so the instants of its start count too. */
  cold: boolean;
  faults: Fault[];
  /** What is done before the report is handed in. */
  before?: (cell: Cell) => Promise<void>;
  /** The report was filed in an earlier life of the database and is sent again under this key. */
  key?: string;
}

const CREATE = { method: 'POST', path: /\/issues$/u };
const LIST = { method: 'GET', path: /\/issues$/u };

export const VARIANTS: readonly Variant[] = [
  { name: 'a plain create', kind: 'work', cold: false, faults: [] },
  { name: 'a process that just started', kind: 'work', cold: true, faults: [] },
  { name: 'a lost answer', kind: 'work', cold: false, faults: [{ match: CREATE, do: 'commit_then_drop' }] },
  {
    name: 'a request that outlives its process',
    kind: 'work',
    cold: false,
    faults: [{ match: CREATE, do: 'slow', when: 'before_commit', ms: 120 }],
  },
  {
    name: 'a look-up that fails',
    kind: 'work',
    cold: false,
    faults: [
      { match: CREATE, do: 'commit_then_502' },
      { match: { method: 'GET', path: /\/issues\/\d+$/u }, do: '502', times: 3 },
    ],
  },
  {
    name: 'absent, and sent again',
    kind: 'work',
    cold: false,
    faults: [
      { match: CREATE, do: 'drop_before' },
      { match: LIST, do: '502' },
    ],
  },
  {
    name: 'refused, mended and tried again',
    kind: 'work',
    cold: false,
    faults: [],
    before: async (cell) => cell.fake.disableIssues(true),
  },
  {
    name: 'a rebuilt hub that adopts its issue',
    kind: 'work',
    cold: true,
    faults: [],
    key: 'order-7',
    before: async (cell) => {
      const [place] = cell.places;
      if (place === undefined) return;
      await cell.submit(place, 'Known to GitHub only', 'order-7');
      await settled(cell);
      await loseDatabase(cell);
    },
  },
  { name: 'accepted over HTTP', kind: 'serve', cold: false, faults: [] },
];
