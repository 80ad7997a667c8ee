import { createHash } from 'node:crypto';

type Json = Record<string, unknown>;

/** What a payload tells of itself, for lists and searches. */
export interface DeliveryHead {
  action: string | null;
  repository: string | null;
  repositoryId: number | null;
  sender: string | null;
}

const TEXT_LENGTH_MAX = 300;

/** The JSON of a body: the bytes themselves, or what a form has as `payload`. Null when the form has none. */
export function jsonBytes(body: Buffer, contentType: string | undefined): Buffer | null {
  if (!/^application\/x-www-form-urlencoded\b/iu.test(contentType ?? '')) return body;
  const payload = new URLSearchParams(body.toString('utf8')).get('payload');
  return payload === null ? null : Buffer.from(payload);
}

/** The JSON object in these bytes; null when there is none. */
export function parseObject(bytes: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const [BRACE, CLOSING_BRACE] = [0x7b, 0x7d];
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]); // JSON's own (RFC 8259 §2)

/** Whether these bytes begin and end as a JSON object does: what costs nothing to say of a body that is not read yet. */
export function mayBeObject(bytes: Buffer): boolean {
  let [start, end] = [0, bytes.length - 1];
  while (WHITESPACE.has(bytes[start] ?? 0)) start += 1;
  while (WHITESPACE.has(bytes[end] ?? 0)) end -= 1;
  return start < end && bytes[start] === BRACE && bytes[end] === CLOSING_BRACE;
}

export function headOf(payload: Json): DeliveryHead {
  const repository = isObject(payload['repository']) ? payload['repository'] : {};
  const sender = isObject(payload['sender']) ? payload['sender'] : {};
  return {
    action: storable(payload['action']),
    repository: storable(repository['full_name']),
    repositoryId: idIn(repository),
    sender: storable(sender['login']),
  };
}

/** The installation of an App that a payload is about; one webhook brings those of all. */
export function installationIn({ installation }: Json): number | null {
  return isObject(installation) ? idIn(installation) : null;
}

/** The event that X-GitHub-Event names; null when it names none, and only the payload tells. */
export function namedEvent(header: string | undefined): string | null {
  return header !== undefined && /^\w{1,100}$/u.test(header) ? header : null;
}

/** X-GitHub-Delivery where it is one, else a name made of the body: the same body is the same delivery. */
export function guidOf(header: string | undefined, body: Buffer): string {
  if (header !== undefined && /^[\w.:-]{1,100}$/u.test(header)) return header;
  return `sha256-${createHash('sha256').update(body).digest('hex')}`;
}

/** Number in a header such as X-GitHub-Hook-ID. */
export function numberIn(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/u.test(header) ? Number(header) : null;
}

/**
 * Which keys tell an event, the first that fits. A payload of a repository or an App carries `repository`, `installation` and
 * others beside its own, so what is more special comes first.
 */
const BY_KEYS: { event: string; has: string[]; hasNot?: string[] }[] = [
  { event: 'ping', has: ['zen', 'hook_id'] },
  { event: 'push', has: ['ref', 'before', 'after'], hasNot: ['action'] },
  { event: 'create', has: ['ref', 'ref_type', 'master_branch'] },
  { event: 'delete', has: ['ref', 'ref_type'] },
  { event: 'pull_request_review_comment', has: ['pull_request', 'comment'] },
  { event: 'pull_request_review_thread', has: ['pull_request', 'thread'] },
  { event: 'pull_request_review', has: ['pull_request', 'review'] },
  { event: 'issue_comment', has: ['issue', 'comment'] },
  { event: 'issues', has: ['issue', 'action'] },
  { event: 'pull_request', has: ['pull_request', 'number'] },
  { event: 'label', has: ['label', 'action'] },
  { event: 'milestone', has: ['milestone', 'action'] },
  { event: 'membership', has: ['member', 'team'] },
  { event: 'member', has: ['member', 'action'] },
  { event: 'team', has: ['team', 'action'] },
  { event: 'team_add', has: ['team', 'repository'] },
  { event: 'installation_repositories', has: ['installation', 'repositories_added'] },
  { event: 'installation_target', has: ['installation', 'target_type'] },
];
/** What every payload of a repository may have: with nothing else it is about the repository itself. */
const COMMON_KEYS = new Set([
  'action',
  'repository',
  'sender',
  'organization',
  'installation',
  'enterprise',
  'changes',
]);
const INSTALLATION_KEYS = new Set([...COMMON_KEYS, 'repositories', 'requester']);

/** The event of a payload that came without a name; `unknown` when it is like none. */
export function inferEvent(payload: Json): string {
  const keys = Object.keys(payload);
  const found = BY_KEYS.find(
    ({ has, hasNot = [] }) => has.every((key) => key in payload) && !hasNot.some((key) => key in payload),
  );
  if (found !== undefined) return found.event;
  if ('repository' in payload && 'action' in payload && keys.every((key) => COMMON_KEYS.has(key))) return 'repository';
  const isInstallation = 'installation' in payload && 'action' in payload && !('repository' in payload);
  return isInstallation && keys.every((key) => INSTALLATION_KEYS.has(key)) ? 'installation' : 'unknown';
}

function idIn({ id }: Json): number | null {
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
}

// PostgreSQL keeps no NUL in text, and no half of a surrogate pair; the payload itself is kept as bytes
function storable(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return value.replaceAll('\0', '').slice(0, TEXT_LENGTH_MAX).toWellFormed();
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
