import type {
  SandboxAnswer,
  SandboxHappening,
  SandboxListener,
  SandboxRepository,
  SandboxRequest,
} from '../../src/sandbox/sandbox.model.ts';
import type { SandboxDelivery, SandboxWebhook } from '../../src/sandbox/sandbox-webhooks.model.ts';
import type { AppHouse } from './github-app-shapes.ts';
import type { App, AppBook, Installation } from './github-app-state.ts';
import { notFound, ok, refusal } from '../../src/sandbox/sandbox-answers.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { pageSize } from '../../src/sandbox/sandbox-pagination.ts';
import { nodeId, userShape } from '../../src/sandbox/sandbox-shapes-people.ts';
import { fullNameOf, sameName } from '../../src/sandbox/sandbox-state.ts';
import { contextOf, installationShape } from './github-app-shapes.ts';
import { reachOf } from './github-app-state.ts';

/** The hooks of apps that hear what happened: those of installations that reach the place and are not suspended. */
export function appListeners({ world }: AppHouse, book: AppBook, happened: SandboxHappening): SandboxListener[] {
  const { repository, organization } = happened;
  return book.installations
    .filter((installation) => installation.suspendedAt === null)
    .filter((installation) =>
      repository === null
        ? organization !== null && sameName(installation.account, organization)
        : reachOf(world, installation).includes(repository),
    )
    .flatMap(({ app, id }) => listenerOf(app, { id, node_id: nodeId('I', id) }) ?? []);
}

function listenerOf({ hook, id }: App, installation: object): SandboxListener | null {
  return hook === null ? null : { hook, target: { type: 'integration', id }, more: { installation } };
}

/** What happened to an installation itself. Apps hear it whatever they subscribed to. */
export interface InstallationNews {
  event: 'installation' | 'installation_repositories';
  action: string;
  added?: readonly SandboxRepository[];
  removed?: readonly SandboxRepository[];
}

export function tellApp(
  house: AppHouse,
  installation: Installation,
  { event, action, added, removed }: InstallationNews,
): void {
  const listener = listenerOf(installation.app, installationShape(house, installation));
  if (listener === null || !listener.hook.active) return;
  const repositories =
    event === 'installation'
      ? { repositories: short(reachOf(house.world, installation)) }
      : { repositories_added: short(added ?? []), repositories_removed: short(removed ?? []) };
  const sender = userShape(contextOf(house), installation.account);
  const payload = { action, ...repositories, requester: null, sender };
  house.webhooks.deliver(listener, { event, action, repository: null, organization: null, payload: () => payload });
}

function short(repositories: readonly SandboxRepository[]): object[] {
  return repositories.map((repository) => ({
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullNameOf(repository),
    private: repository.visibility === 'private',
  }));
}

/** `/app/hook/config` and `/app/hook/deliveries`, for an app that has a hook. */
export function answerHook(house: AppHouse, app: App, request: SandboxRequest): SandboxAnswer {
  const { hook } = app;
  const [, what, id, attempts] = request.path.slice('/app/'.length).split('/');
  if (hook === null) return notFound();
  if (what === 'config' && id === undefined) return config(hook, request);
  if (what !== 'deliveries') return notFound();
  if (id === undefined) return request.method === 'GET' ? list(house, hook, request) : notFound();
  const delivery = house.webhooks.deliveriesOf(hook.id).find((candidate) => String(candidate.id) === id);
  if (delivery === undefined) return notFound();
  if (request.method === 'GET' && attempts === undefined) return ok(whole(delivery));
  if (request.method !== 'POST' || attempts !== 'attempts') return notFound();
  house.webhooks.redeliver({ hook, target: delivery.target, more: {} }, delivery);
  return { status: 202, body: {} };
}

function config(hook: SandboxWebhook, request: SandboxRequest): SandboxAnswer {
  if (request.method === 'PATCH') {
    const sent: unknown = JSON.parse(request.text);
    if (!isJsonObject(sent)) return refusal(400, 'Body should be a JSON object');
    if (typeof sent['url'] === 'string') hook.url = sent['url'];
    if (typeof sent['secret'] === 'string') hook.secret = sent['secret'];
    if (sent['content_type'] === 'json' || sent['content_type'] === 'form') hook.contentType = sent['content_type'];
  } else if (request.method !== 'GET') return notFound();
  const secret = hook.secret === null ? {} : { secret: '********' };
  return ok({ url: hook.url, content_type: hook.contentType, insecure_ssl: hook.insecureSsl, ...secret });
}

function list({ apiUrl, webhooks }: AppHouse, hook: SandboxWebhook, { query }: SandboxRequest): SandboxAnswer {
  const status = query.get('status');
  const all = webhooks
    .deliveriesOf(hook.id)
    .filter(({ statusCode }) => status === null || (status === 'success') === (statusCode >= 200 && statusCode < 400));
  const cursor = query.get('cursor');
  const from = cursor === null ? 0 : all.findIndex(({ id }) => `v1_${id}` === cursor);
  if (from === -1) return refusal(422, 'The cursor is not valid.');
  const next = all[from + pageSize(query)];
  const link = new URLSearchParams(query);
  link.set('cursor', `v1_${next?.id}`);
  return ok(
    all.slice(from, from + pageSize(query)).map(item),
    next === undefined ? {} : { link: `<${apiUrl}/app/hook/deliveries?${link.toString()}>; rel="next"` },
  );
}

function item(delivery: SandboxDelivery): object {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function whole(delivery: SandboxDelivery): object {
  return {
    ...item(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
