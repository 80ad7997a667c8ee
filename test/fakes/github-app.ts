import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { AppHouse } from './github-app-shapes.ts';
import type { AppBook, AppDraft, Installation, Permissions } from './github-app-state.ts';
import { notFound, refusal } from '../../src/sandbox/sandbox-answers.ts';
import { answerAppPage } from './github-app-manifest.ts';
import { holds, neededPermissions, permissionsText } from './github-app-permissions.ts';
import { answerAppCall } from './github-app-routes.ts';
import { emptyBook, idsOf, installApp, registerApp, repositoryOfPath } from './github-app-state.ts';
import { SUSPENDED, suspend } from './github-app-tokens.ts';

/** What a test knows of an app that it made. */
export interface FakeApp {
  id: number;
  slug: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** PEM, PKCS#1. */
  privateKey: string;
  installationId: number;
}

/** How a test acts on the apps of a fake. They live in memory only: a restarted fake has none. */
export interface AppActors {
  /** Registers an app and installs it: on the named repositories, or on all of the account (that of the first repository). */
  addApp(draft?: AppDraft & { account?: string; repositories?: string[] }): FakeApp;
  /** Installs an app in one more place; gives the installation's id. */
  installApp(appId: number, on: { account?: string; repositories?: string[] }): number;
  suspendInstallation(installationId: number, suspended?: boolean): void;
  /** What the account grants from now on; tokens that are out keep what they were given. */
  setPermissions(installationId: number, permissions: Permissions): void;
  /** The repositories an installation was given, by full name; null: all of the account. */
  setInstalledRepositories(installationId: number, fullNames: string[] | null): void;
  /** As if the account had removed the app. */
  removeInstallation(installationId: number): void;
}

export interface AppEnd {
  actors: AppActors;
  /** Answers one API call: the ends of apps here, all else by `work` within what the token's installation may do. */
  answer(request: SandboxRequest, work: () => SandboxAnswer): SandboxAnswer;
  page(request: SandboxRequest): SandboxAnswer | null;
  /** No app is registered any more. */
  reset(): void;
}

/** GitHub Apps of the fake. `house` is asked only once the server stands. */
export function appEnd(house: () => AppHouse): AppEnd {
  let book = emptyBook();
  return {
    answer(request, work) {
      const token =
        /^(?:bearer|token) (?<token>\S+)$/iu.exec(request.headers.authorization ?? '')?.groups?.['token'] ?? '';
      const installation = book.tokens.get(token) ?? null;
      const bearer = installation === null ? null : { token, installation };
      const refused = installation === null ? null : refuse(house(), request, bearer);
      const answer = refused ?? answerAppCall({ house: house(), book, request, bearer }) ?? work();
      return withHeaders(house(), request, { answer, token });
    },
    page: (request) => answerAppPage(house(), book, request),
    reset() {
      book = emptyBook();
    },
    actors: actorsOn(() => book, house),
  };
}

function actorsOn(book: () => AppBook, house: () => AppHouse): AppActors {
  const installationOf = (id: number): Installation => {
    const found = book().installations.find((installation) => installation.id === id);
    if (found === undefined) throw new Error(`the fake has no installation ${id}`);
    return found;
  };
  return {
    addApp({ account, repositories, ...draft } = {}) {
      const { world } = house();
      const app = registerApp(world, book(), draft);
      const installed = { app, repositories: repositories ?? null, ...(account === undefined ? {} : { account }) };
      const { id, slug, clientId, clientSecret, webhookSecret, privateKey } = app;
      const installationId = installApp(world, book(), installed).id;
      return { id, slug, clientId, clientSecret, webhookSecret, privateKey, installationId };
    },
    installApp(appId, { account, repositories }) {
      const app = book().apps.find((candidate) => candidate.id === appId);
      if (app === undefined) throw new Error(`the fake has no app ${appId}`);
      const where = { app, repositories: repositories ?? null, ...(account === undefined ? {} : { account }) };
      return installApp(house().world, book(), where).id;
    },
    suspendInstallation: (id, suspended = true) => suspend(house().world, installationOf(id), suspended),
    setPermissions(id, permissions) {
      installationOf(id).permissions = { metadata: 'read', ...permissions };
    },
    setInstalledRepositories(id, fullNames) {
      installationOf(id).selected = fullNames === null ? null : idsOf(house().world, fullNames);
    },
    removeInstallation(id) {
      const removed = installationOf(id);
      book().installations = book().installations.filter((installation) => installation !== removed);
      for (const [token, installation] of book().tokens) {
        const known = house().world.state.tokens[token];
        if (installation === removed && known !== undefined) known.revoked = true;
      }
    },
  };
}

/** The refusal for what the installation may not do, before the work begins. */
function refuse(
  house: AppHouse,
  request: SandboxRequest,
  bearer: { token: string; installation: Installation } | null,
): SandboxAnswer | null {
  const known = bearer === null ? undefined : house.world.state.tokens[bearer.token];
  if (bearer === null || known === undefined) return null;
  // An expired or revoked token is the gate's to refuse.
  const isOver =
    known.revoked || (known.expiresAt !== null && Date.parse(known.expiresAt) <= house.world.now().getTime());
  if (isOver) return request.path.startsWith('/installation/') ? refusal(401, 'Bad credentials') : null;
  if (bearer.installation.suspendedAt !== null) return refusal(403, SUSPENDED);
  const needed = neededPermissions(request.method, request.path);
  const notAccessible = refusal(403, 'Resource not accessible by integration');
  if (needed === null) return notAccessible;
  const repository = repositoryOfPath(house.world, request.path);
  if (repository !== null && known.repositories?.includes(repository.id) === false) {
    if (repository.visibility === 'private') return notFound();
    return request.method === 'GET' ? null : notAccessible;
  }
  return holds(known.permissions ?? {}, needed) ? null : notAccessible;
}

interface Answered {
  answer: SandboxAnswer;
  token: string;
}

/** Fine-grained tokens are told what a call needs; apps are told GitHub's time, by which their JWTs are judged. */
function withHeaders({ world }: AppHouse, request: SandboxRequest, { answer, token }: Answered): SandboxAnswer {
  const isFineGrained = world.state.tokens[token]?.scopes === null;
  const needed = isFineGrained ? neededPermissions(request.method, request.path) : null;
  const accepted = needed === null || needed.length === 0 ? null : permissionsText(needed);
  return {
    ...answer,
    headers: {
      date: world.now().toUTCString(),
      ...(accepted === null ? {} : { 'x-accepted-github-permissions': accepted }),
      ...answer.headers,
    },
  };
}
