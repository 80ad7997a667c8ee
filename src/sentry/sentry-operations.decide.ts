/**
 * What is asked of Sentry: the scopes of which any one is enough, the least first (facts 2); what a 404 says is missing; and how
 * a sentence calls it.
 */
export const OPERATIONS = {
  identify: { scopes: [], missing: 'server', does: 'Asking for its version' },
  root: { scopes: [], missing: 'server', does: 'Asking who the token belongs to' },
  organization: {
    scopes: ['org:read', 'org:write', 'org:admin'],
    missing: 'organization',
    does: 'Reading the organisation',
  },
  projects: { scopes: ['org:read', 'org:write', 'org:admin'], missing: 'organization', does: 'Listing the projects' },
  installations: {
    scopes: ['org:read', 'org:integrations'],
    missing: 'organization',
    does: 'Listing the integrations',
  },
  issues: { scopes: ['event:read', 'event:write', 'event:admin'], missing: 'organization', does: 'Reading issues' },
  issue: { scopes: ['event:read', 'event:write', 'event:admin'], missing: 'item', does: 'Reading an issue' },
  event: { scopes: ['event:read', 'event:write', 'event:admin'], missing: 'item', does: 'Reading an event' },
  change: { scopes: ['event:write', 'event:admin'], missing: 'item', does: 'Changing an issue' },
  link: { scopes: ['event:write', 'event:admin'], missing: 'item', does: 'Showing a link on an issue' },
} as const satisfies Record<string, { scopes: string[]; missing: 'server' | 'organization' | 'item'; does: string }>;
export type Operation = keyof typeof OPERATIONS;

/** The scope that the operation lacks; null when the token is known to have one that is enough, or none is needed. */
export function missingScope(operation: Operation, scopes: readonly string[] | null): string | null {
  const enough: readonly string[] = OPERATIONS[operation].scopes;
  const has = scopes?.some((scope) => enough.includes(scope)) ?? false;
  return has ? null : (enough[0] ?? null);
}
