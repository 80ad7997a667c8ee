import type {
  SandboxAnswer,
  SandboxRepository,
  SandboxRole,
  SandboxToken,
  SandboxView,
  SandboxWorld,
  ShapeContext,
} from './sandbox.model.ts';
import { roleIn } from './sandbox-access.ts';
import { refusal } from './sandbox-answers.ts';

/** Who asks: null without a token. */
export interface Viewer {
  login: string;
  token: SandboxToken;
}

/** An API call that passed the gate. */
export interface ApiCall {
  world: SandboxWorld;
  view: SandboxView;
  context: ShapeContext;
  viewer: Viewer | null;
  method: string;
  path: string;
  query: URLSearchParams;
  text: string;
}

/** An API call on a repository that the viewer may see. `params` are the variable parts of the path, in order. */
export interface RepositoryCall extends ApiCall {
  repository: SandboxRepository;
  role: SandboxRole;
  params: string[];
}

/** What the one who asks may in a repository; null when it must look missing. A token may reach less than its user. */
export function viewerRole(
  { world, viewer }: Pick<ApiCall, 'world' | 'viewer'>,
  repository: SandboxRepository,
): SandboxRole | null {
  const role = roleIn(world.state, repository, viewer?.login ?? null);
  if (viewer === null) return role;
  const { scopes, repositories } = viewer.token;
  const isReached =
    (repositories === null || repositories.includes(repository.id)) && (scopes === null || scopes.includes('repo'));
  if (isReached || role === null) return role;
  if (repository.visibility === 'private') return null;
  return scopes !== null && scopes.includes('public_repo') ? role : 'read';
}

export type JsonObject = Record<string, unknown>;

/** The JSON object a call carries, or the 400 that GitHub gives when there is none. */
export function jsonBody(call: ApiCall): { ok: true; body: JsonObject } | { ok: false; answer: SandboxAnswer } {
  let parsed: unknown = null;
  try {
    parsed = call.text === '' ? {} : JSON.parse(call.text);
  } catch {
    return { ok: false, answer: refusal(400, 'Problems parsing JSON') };
  }
  return isJsonObject(parsed)
    ? { ok: true, body: parsed }
    : { ok: false, answer: refusal(400, 'Body should be a JSON object') };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
