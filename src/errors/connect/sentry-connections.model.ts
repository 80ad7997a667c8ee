import type { Abilities } from '../../sentry/sentry.model.ts';

/** One organisation of one Sentry, as a tenant connected it. */
export interface SentryConnection {
  id: string;
  tenantId: string;
  name: string;
  source: 'settings' | 'environment';
  baseUrl: string;
  regionUrl: string | null;
  organization: string;
  organizationId: string | null;
  tokenEncrypted: string;
  clientSecretEncrypted: string | null;
  caPem: string | null;
  insecureTls: boolean;
  /** Null until the server was asked. */
  abilities: Abilities | null;
  /** Sentry's user:ID, team:ID or e-mail → GitHub login. */
  people: Record<string, string>;
  enabled: boolean;
  pausedKind: 'unauthorized' | 'forbidden' | 'not_found' | 'misconfigured' | null;
  pausedMessage: string | null;
  pausedAt: Date | null;
  /** Sentry is unreachable or limits us: nothing is tried before. */
  restUntil: Date | null;
  restCount: number;
  restMessage: string | null;
  checkedAt: Date | null;
  /** When the server was last asked what it can do; null: it is to be asked anew. */
  probedAt: Date | null;
  hookAt: Date | null;
  rereadAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}
