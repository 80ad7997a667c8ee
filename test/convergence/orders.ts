/** What a hub in a process of its own is told. `at`: the stage's clock. */
export type Order =
  | { do: 'start'; databaseUrl: string; secret: string; skewMs: number; at: number }
  | { do: 'clock'; at: number }
  | { do: 'apply'; id: number; at: number }
  | { do: 'run'; id: number; at: number; repositoryId: string; kind: 'sync' | 'dirty' | 'reconcile' };

/** What it says. An `answer` is to the order of the same id. */
export type Told =
  | { told: 'answer'; id: number; at: number; joined: boolean; count: number; error: string | null }
  | { told: 'complaint'; message: string };
