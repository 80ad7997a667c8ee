import type {
  SandboxAnswer,
  SandboxHappening,
  SandboxListener,
  SandboxRequest,
} from '../../src/sandbox/sandbox.model.ts';
import type { AppHouse } from './github-app-shapes.ts';
import type { Installation } from './github-app-state.ts';
import type { AppActors } from './github-app-actors.ts';
import { notFound, refusal } from '../../src/sandbox/sandbox-answers.ts';
import { appActors } from './github-app-actors.ts';
import { appListeners } from './github-app-hook.ts';
import { answerAppPage } from './github-app-manifest.ts';
import { holds, neededPermissions, permissionsText } from './github-app-permissions.ts';
import { answerAppCall } from './github-app-routes.ts';
import { emptyBook, repositoryOfPath } from './github-app-state.ts';
import { SUSPENDED } from './github-app-tokens.ts';

export interface AppEnd {
  actors: AppActors;
  /** Answers one API call: the ends of apps here, all else by `work` within what the token's installation may do. */
  answer(request: SandboxRequest, work: () => SandboxAnswer): SandboxAnswer;
  page(request: SandboxRequest): SandboxAnswer | null;
  /** The hooks of apps that hear what happened. */
  listenersOf(happened: SandboxHappening): SandboxListener[];
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
    listenersOf: (happened) => appListeners(house(), book, happened),
    reset() {
      book = emptyBook();
    },
    actors: appActors(() => book, house),
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
