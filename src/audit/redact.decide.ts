const SECRET_KEYS = /token|secret|password|key_hash|credential/iu;

/** A value as JSON for the audit log, with everything whose key names a secret replaced. Null for undefined. */
export function auditJson(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return JSON.stringify(value, (key, inner: unknown) => (isSecret(key, inner) ? '[secret]' : inner));
}

// `has_password: true` tells something worth knowing and nothing secret
function isSecret(key: string, value: unknown): boolean {
  return SECRET_KEYS.test(key) && value !== null && typeof value !== 'boolean';
}
