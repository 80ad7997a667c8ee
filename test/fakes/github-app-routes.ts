import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { AppHouse } from './github-app-shapes.ts';
import type { App, AppBook, Installation } from './github-app-state.ts';
import { noContent, notFound, ok, refusal } from '../../src/sandbox/sandbox-answers.ts';
import { refuseRequest } from '../../src/sandbox/sandbox-gate.ts';
import { pageByNumber } from '../../src/sandbox/sandbox-pagination.ts';
import { sameName } from '../../src/sandbox/sandbox-state.ts';
import { answerHook } from './github-app-hook.ts';
import { appOfJwt } from './github-app-jwt.ts';
import { appShape, conversionShape, installationShape } from './github-app-shapes.ts';
import { reachOf, repositoryOfPath } from './github-app-state.ts';
import { makeToken, revokeToken, shapesOf } from './github-app-tokens.ts';

/** A call to one of the ends that only apps know. */
export interface AppCall {
  house: AppHouse;
  book: AppBook;
  request: SandboxRequest;
  /** The installation and its token, when one was sent. */
  bearer: { token: string; installation: Installation } | null;
}

/** Answers what an app asks with its JWT, what only an installation's token may ask, and the exchange of a manifest's code. */
export function answerAppCall(call: AppCall): SandboxAnswer | null {
  const { path, method } = call.request;
  const conversion = /^\/app-manifests\/(?<code>[^/]+)\/conversions$/u.exec(path)?.groups?.['code'];
  if (conversion !== undefined) return method === 'POST' ? convert(call, conversion) : notFound();
  if (path.startsWith('/installation/')) return answerInstallation(call);
  if (!isForJwt(path)) return null;
  const refused = refuseRequest(call.request);
  if (refused !== null) return refused;
  const found = appOfJwt(call.book.apps, call.request.headers.authorization, call.house.world.now().getTime());
  return 'refused' in found ? found.refused : answerApp(call, found.app);
}

function isForJwt(path: string): boolean {
  return (
    path === '/app' ||
    path.startsWith('/app/') ||
    /^\/(?:repos\/[^/]+\/[^/]+|orgs\/[^/]+|users\/[^/]+)\/installation$/u.test(path)
  );
}

function convert({ house, book }: AppCall, code: string): SandboxAnswer {
  const conversion = book.conversions.get(code);
  if (conversion === undefined || conversion.expiresAtMs <= house.world.now().getTime()) return notFound();
  book.conversions.delete(code);
  return { status: 201, body: conversionShape(house, book, conversion.app) };
}

function answerInstallation({ house, request, bearer }: AppCall): SandboxAnswer {
  if (bearer === null) {
    return refusal(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  }
  if (request.method === 'DELETE' && request.path === '/installation/token') {
    revokeToken(house.world, bearer.token);
    return noContent();
  }
  if (request.method !== 'GET' || request.path !== '/installation/repositories') return notFound();
  const reached = house.world.state.tokens[bearer.token]?.repositories ?? [];
  const all = reachOf(house.world, bearer.installation).filter(({ id }) => reached.includes(id));
  const page = pageByNumber(all, request.query, `${house.apiUrl}${request.path}`);
  return ok(
    { total_count: all.length, repository_selection: 'selected', repositories: shapesOf(house, page.items) },
    page.headers,
  );
}

function answerApp(call: AppCall, app: App): SandboxAnswer {
  const { house, book, request } = call;
  const { method, path } = request;
  const installed = book.installations.filter((installation) => installation.app === app);
  const [, first, second, id, rest] = path.split('/');
  if (first !== 'app') return installationFor(call, installed);
  if (method === 'GET' && second === undefined) return ok(appShape(house, book, app));
  if (second === 'hook') return answerHook(house, app, request);
  if (second !== 'installations') return notFound();
  if (method === 'GET' && id === undefined) {
    const page = pageByNumber(installed, request.query, `${house.apiUrl}/app/installations`);
    return ok(
      page.items.map((installation) => installationShape(house, installation)),
      page.headers,
    );
  }
  const installation = installed.find((candidate) => String(candidate.id) === id);
  if (installation === undefined) return notFound();
  if (method === 'GET' && rest === undefined) return ok(installationShape(house, installation));
  if (method === 'POST' && rest === 'access_tokens') return makeToken({ house, book, installation, request });
  return notFound();
}

/** The installation for a repository, an organization or a person; 404 when the app is not installed there. */
function installationFor({ house, request }: AppCall, installed: readonly Installation[]): SandboxAnswer {
  const [, first, login = ''] = request.path.split('/');
  const repository = first === 'repos' ? repositoryOfPath(house.world, request.path) : null;
  const found = installed.find((installation) =>
    first === 'repos'
      ? reachOf(house.world, installation).some((reached) => reached === repository)
      : sameName(installation.account, login),
  );
  return found === undefined || request.method !== 'GET' ? notFound() : ok(installationShape(house, found));
}
