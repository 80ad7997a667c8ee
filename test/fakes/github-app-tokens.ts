import { randomBytes } from 'node:crypto';
import type {
  SandboxAnswer,
  SandboxRepository,
  SandboxRequest,
  SandboxWorld,
} from '../../src/sandbox/sandbox.model.ts';
import type { App, AppBook, Installation, Permissions } from './github-app-state.ts';
import type { AppHouse } from './github-app-shapes.ts';
import { refusal } from '../../src/sandbox/sandbox-answers.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { addToken } from '../../src/sandbox/sandbox-state.ts';
import { repositoryShape } from '../../src/sandbox/sandbox-shapes-people.ts';
import { holds } from './github-app-permissions.ts';
import { contextOf, selectionOf } from './github-app-shapes.ts';
import { botOf, reachOf } from './github-app-state.ts';

const HOUR_MS = 3_600_000;
const STATELESS_LENGTH = 390;
export const SUSPENDED = 'This installation has been suspended';

interface Making {
  house: AppHouse;
  book: AppBook;
  installation: Installation;
  request: SandboxRequest;
}

/** `POST /app/installations/{id}/access_tokens`: a token for an hour, for all or for less than the installation has. */
export function makeToken({ house, book, installation, request }: Making): SandboxAnswer {
  if (installation.suspendedAt !== null) return refusal(403, SUSPENDED);
  const asked = bodyOf(request.text);
  const reach = reachOf(house.world, installation);
  const repositories = narrowed(reach, asked);
  if (repositories === null) {
    return refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  const permissions =
    asked['permissions'] === undefined ? installation.permissions : permissionsOf(asked['permissions']);
  const tooMuch = Object.entries(permissions).some(
    ([name, level]) => !holds(installation.permissions, [{ [name]: level }]),
  );
  if (tooMuch) {
    return refusal(422, 'The permissions requested are not granted to this installation.');
  }
  const isNarrowed = repositories.length < reach.length || installation.selected !== null;
  const token = register({ house, book, installation, request }, permissions, isNarrowed ? repositories : reach);
  return {
    status: 201,
    body: {
      ...token,
      permissions,
      repository_selection: isNarrowed ? 'selected' : selectionOf(installation),
      ...(isNarrowed ? { repositories: shapesOf(house, repositories) } : {}),
    },
  };
}

function register(
  { house, book, installation, request }: Making,
  permissions: Permissions,
  repositories: readonly SandboxRepository[],
): { token: string; expires_at: string } {
  const { world } = house;
  const wantsShort = request.headers['x-github-stateless-s2s-token'] === 'disabled';
  const token = tokenText(installation.app, wantsShort);
  const expiresAt = `${new Date(world.now().getTime() + HOUR_MS).toISOString().slice(0, 19)}Z`;
  addToken(world, token, {
    login: botOf(installation.app),
    scopes: null,
    mayWriteIssues: permissions['issues'] === 'write',
    permissions,
    repositories: repositories.map(({ id }) => id),
    expiresAt,
  });
  for (const repository of repositories) letIn(repository, botOf(installation.app));
  book.tokens.set(token, installation);
  return { token, expires_at: expiresAt };
}

// What an app may do is said by its permissions, which are checked before; it is not listed among the collaborators.
function letIn(repository: SandboxRepository, bot: string): void {
  Object.defineProperty(repository.roles, bot, {
    value: 'admin',
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

// Since 2026 tokens are long and have dots in them; the header asks for the old form.
function tokenText(app: App, isShort: boolean): string {
  if (isShort) return `ghs_${randomBytes(18).toString('hex')}`;
  const header = Buffer.from('{"alg":"ES256","typ":"JWT"}').toString('base64url');
  return `ghs_${app.id}_${header}.${randomBytes(STATELESS_LENGTH / 2).toString('base64url')}.${randomBytes(64).toString('base64url')}`;
}

function bodyOf(text: string): Record<string, unknown> {
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  return isJsonObject(parsed) ? parsed : {};
}

function permissionsOf(asked: unknown): Permissions {
  return { metadata: 'read', ...(isJsonObject(asked) ? (asked as Permissions) : {}) };
}

/** The repositories that the body names, all when it names none; null when one of them is out of reach. */
function narrowed(
  reach: readonly SandboxRepository[],
  asked: Record<string, unknown>,
): readonly SandboxRepository[] | null {
  const { repository_ids: ids, repositories: names } = asked;
  const wanted = Array.isArray(ids) ? ids : Array.isArray(names) ? names : null;
  if (wanted === null) return reach;
  const found = wanted.map((one: unknown) => reach.find(({ id, name }) => id === one || name === one));
  const known = found.filter((repository) => repository !== undefined);
  return known.length === found.length ? known : null;
}

export function shapesOf(house: AppHouse, repositories: readonly SandboxRepository[]): object[] {
  return repositories.map((repository) => repositoryShape(contextOf(house), repository, 'read'));
}

/** Ends a token before its hour. */
export function revokeToken(world: SandboxWorld, token: string): void {
  const known = world.state.tokens[token];
  if (known !== undefined) known.revoked = true;
}
