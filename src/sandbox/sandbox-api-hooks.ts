import type { SandboxAnswer, SandboxHappening, SandboxListener, SandboxWebhooks } from './sandbox.model.ts';
import type { SandboxWebhook } from './sandbox-webhooks.model.ts';
import type { ApiCall, JsonObject } from './sandbox-call.ts';
import type { HookPlace } from './sandbox-hook-place.ts';
import type { SandboxError } from './sandbox-answers.ts';
import { created, invalidRequest, noContent, notFound, ok, validationFailed } from './sandbox-answers.ts';
import { isJsonObject, isStringList, jsonBody } from './sandbox-call.ts';
import type { Shape } from './sandbox-shapes-people.ts';
import { HOOK_EVENTS, tellPlace } from './sandbox-hook-place.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { takeId, timestamp } from './sandbox-state.ts';

/** Hooks of one repository or organization that the viewer may manage. */
export interface HookCall extends ApiCall {
  place: HookPlace;
  webhooks: SandboxWebhooks;
  params: string[];
}

const HOOKS_PER_EVENT_MAX = 20;

export function listHooks(call: HookCall): SandboxAnswer {
  const page = pageByNumber(call.place.hooks(), call.query, `${call.place.stable}/hooks`);
  return ok(
    page.items.map((hook) => hookShape(call, hook)),
    page.headers,
  );
}

export function getHook(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  return hook === null ? notFound() : ok(hookShape(call, hook));
}

export function findHook(call: HookCall): SandboxWebhook | null {
  return call.place.hooks().find(({ id }) => id === Number(call.params[0])) ?? null;
}

/** `POST …/hooks`: 201, then GitHub sends a ping. */
export function createHook(call: HookCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const config = readConfig(read.body['config'], BARE_CONFIG);
  if ('status' in config) return config;
  const events = read.body['events'] ?? ['push'];
  if (!isStringList(events)) return invalidRequest("For 'properties/events', the value is not an array.");
  const at = timestamp(call.world);
  const hook: SandboxWebhook = {
    id: takeId(call.world.state),
    active: read.body['active'] !== false,
    events: [...new Set(events)],
    ...config,
    lastResponse: { code: null, status: 'unused', message: null },
    createdAt: at,
    updatedAt: at,
  };
  const errors = hookErrors(call, hook);
  if (errors.length > 0) return validationFailed(errors);
  call.place.hooks().push(hook);
  pingHook(call, hook);
  return created(hookShape(call, hook));
}

type Config = Pick<SandboxWebhook, 'url' | 'contentType' | 'secret' | 'insecureSsl'>;

/** GitHub's defaults: form, not json. */
const BARE_CONFIG: Config = { url: '', contentType: 'form', secret: null, insecureSsl: '0' };

/** Reads a `config`; what it leaves out comes from `base`. */
function readConfig(sent: unknown, base: Config): Config | SandboxAnswer {
  if (!isJsonObject(sent)) return invalidRequest('"config" wasn\'t supplied.');
  const { url, content_type: contentType, secret, insecure_ssl: insecureSsl } = sent;
  return {
    url: typeof url === 'string' ? url : base.url,
    contentType: contentType === undefined ? base.contentType : contentType === 'json' ? 'json' : 'form',
    secret: typeof secret === 'string' ? (secret === '' ? null : secret) : base.secret,
    insecureSsl: insecureSsl === undefined ? base.insecureSsl : insecureSsl === '1' || insecureSsl === 1 ? '1' : '0',
  };
}

function hookErrors(call: HookCall, hook: SandboxWebhook): SandboxError[] {
  const custom = (message: string): SandboxError => ({ resource: 'Hook', code: 'custom', message });
  const others = call.place.hooks().filter(({ id }) => id !== hook.id);
  const unknown = hook.events.filter((event) => !HOOK_EVENTS.includes(event));
  if (hook.url === '') return [custom('url cannot be blank')];
  if (!URL.canParse(hook.url)) return [custom('url is not a valid URL')];
  if (unknown.length > 0) return [custom(`The following are not valid events: ${unknown.join(', ')}`)];
  const same = others.some(
    (other) => other.url === hook.url && other.events.some((event) => hook.events.includes(event)),
  );
  if (same) return [custom(`Hook already exists on this ${call.place.noun}`)];
  return hook.events
    .filter((event) => others.filter(({ events }) => events.includes(event)).length >= HOOKS_PER_EVENT_MAX)
    .map((event) => custom(`The "${event}" event cannot have more than ${HOOKS_PER_EVENT_MAX} hooks`));
}

/** `PATCH …/hooks/{id}`. A `config` without a secret takes the secret away, as on GitHub. */
export function updateHook(call: HookCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const hook = findHook(call);
  if (hook === null) return notFound();
  const { config: sent, active } = read.body;
  const config = sent === undefined ? hook : readConfig(sent, { ...hook, secret: null });
  if ('status' in config) return config;
  const { url, contentType, secret, insecureSsl } = config;
  const next: SandboxWebhook = {
    ...hook,
    url,
    contentType,
    secret,
    insecureSsl,
    active: typeof active === 'boolean' ? active : hook.active,
    events: eventsAfter(hook, read.body),
    updatedAt: timestamp(call.world),
  };
  const errors = hookErrors(call, next);
  if (errors.length > 0) return validationFailed(errors);
  Object.assign(hook, next);
  return ok(hookShape(call, hook));
}

function eventsAfter(hook: SandboxWebhook, body: JsonObject): string[] {
  const list = (value: unknown): string[] => (isStringList(value) ? value : []);
  const base = isStringList(body['events']) ? body['events'] : hook.events;
  const removed = list(body['remove_events']);
  return [...new Set([...base, ...list(body['add_events'])])].filter((event) => !removed.includes(event));
}

/** `DELETE …/hooks/{id}`; the hook hears `meta` if it subscribed to it. */
export function deleteHook(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  if (hook === null) return notFound();
  if (hook.active && (hook.events.includes('meta') || hook.events.includes('*'))) {
    send(call, hook, { event: 'meta', action: 'deleted', more: { hook_id: hook.id, hook: hookShape(call, hook) } });
  }
  const hooks = call.place.hooks();
  hooks.splice(hooks.indexOf(hook), 1);
  return noContent();
}

export function getHookConfig(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  return hook === null ? notFound() : ok(configShape(hook));
}

/** `PATCH …/hooks/{id}/config` changes single values, so a new secret leaves the rest alone. */
export function updateHookConfig(call: HookCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const hook = findHook(call);
  if (hook === null) return notFound();
  const config = readConfig(read.body, hook);
  if ('status' in config) return config;
  const { url, contentType, secret, insecureSsl } = config;
  Object.assign(hook, { url, contentType, secret, insecureSsl, updatedAt: timestamp(call.world) });
  return ok(configShape(hook));
}

/** `POST …/hooks/{id}/pings`. */
export function createPing(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  if (hook === null) return notFound();
  pingHook(call, hook);
  return noContent();
}

function pingHook(call: HookCall, hook: SandboxWebhook): void {
  const more = { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: hookShape(call, hook) };
  send(call, hook, { event: 'ping', action: null, more });
}

/** `POST …/hooks/{id}/tests`: the last push again, for a hook that hears pushes; for another nothing. */
export function createTest(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  if (hook === null) return notFound();
  const hears = hook.events.includes('push') || hook.events.includes('*');
  const happened = call.place.lastPush();
  if (hears && happened !== null) call.webhooks.deliver(listenerOf(call, hook), happened);
  return noContent();
}

function send(
  call: HookCall,
  hook: SandboxWebhook,
  told: { event: string; action: string | null; more: object },
): void {
  const happened: SandboxHappening = tellPlace(call.place, { ...told, actor: call.viewer?.login ?? 'ghost' });
  call.webhooks.deliver(listenerOf(call, hook), happened);
}

export function listenerOf({ place }: HookCall, hook: SandboxWebhook): SandboxListener {
  return { hook, target: place.target, more: {} };
}

function hookShape({ place }: HookCall, hook: SandboxWebhook): Shape {
  const url = `${place.address}/hooks/${hook.id}`;
  const isRepository = place.target.type === 'repository';
  return {
    type: isRepository ? 'Repository' : 'Organization',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: configShape(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    ...(isRepository ? { test_url: `${url}/test`, last_response: hook.lastResponse } : {}),
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
  };
}

/** The secret is never told, only that there is one. */
function configShape(hook: SandboxWebhook): object {
  return {
    content_type: hook.contentType,
    insecure_ssl: hook.insecureSsl,
    ...(hook.secret === null ? {} : { secret: '********' }),
    url: hook.url,
  };
}
