import type { ConnectionTestResult } from '../contract/connections.ts';

/** One thing the doctor looked at: a sentence, and what to do when it is not right. */
export interface Finding {
  name: DoctorCheck | ConnectionTestResult['checks'][number]['name'];
  /** The connection it is about, as owner/name; null: the hub. */
  repository: string | null;
  /** False only for `error`. */
  ok: boolean;
  severity: 'ok' | 'warning' | 'error';
  text: string;
  fix: string | null;
}

type DoctorCheck =
  | 'node'
  | 'settings'
  | 'data_folder'
  | 'disk'
  | 'proxy'
  | 'authority'
  | 'secret_key'
  | 'database'
  | 'schema'
  | 'connections'
  | 'filing'
  | 'sync'
  | 'errors'
  | 'queue'
  | 'public_url';
