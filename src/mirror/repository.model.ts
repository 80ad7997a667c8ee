import type { Github } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Row } from '../db/db.model.ts';
import type { Stamp } from './items.model.ts';
import type { SyncCounts, SyncTrigger } from './sync.model.ts';

/** A repository as mirrored, and how it is read. */
export type MirroredRepository = Row<'repositories'>;

/** Who reads what with which credential, how what it brings is marked, and what it cost so far. */
export interface Reader {
  repository: MirroredRepository;
  connection: GithubConnection;
  github: Github;
  via: Stamp['via'];
  counts: SyncCounts;
}

/** One run over one repository. */
export interface Run extends Reader {
  id: string;
  kind: 'import' | 'sync' | 'reconcile' | 'sample';
  trigger: SyncTrigger;
  /** What an audit found wrong so far, each by kind and GitHub's key. */
  wrong: Set<string>;
  /** True once a person paused the repository or the hub stops: the run ends after the page it is at. */
  ended(): boolean;
}
