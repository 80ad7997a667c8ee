import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  SandboxHappening,
  SandboxHooks,
  SandboxListener,
  SandboxWebhooks,
  SandboxWorld,
  ShapeContext,
} from './sandbox.model.ts';
import type { SandboxDelivery, SandboxDeliveryPlan, SandboxWebhook } from './sandbox-webhooks.model.ts';
import { findOrganization, findUser, takeId, timestamp } from './sandbox-state.ts';
import { postDelivery } from './sandbox-webhooks.client.ts';

const KEPT_MS = 3 * 24 * 3_600_000;
const KEPT_PER_HOOK_MAX = 10_000;
/** GitHub does not send a bigger payload at all. */
const PAYLOAD_BYTES_MAX = 25_000_000;
const AS_USUAL: SandboxDeliveryPlan = { copies: 1, delayMs: 0, afterNext: false, cutAt: null };

/** What the webhooks need to know of the server they belong to. */
export interface WebhooksOptions {
  world: SandboxWorld;
  api: string;
  web: string;
  planDelivery: SandboxHooks['planDelivery'] | undefined;
}

export interface RunningWebhooks extends SandboxWebhooks {
  emit(happened: SandboxHappening): void;
  /** Breaks off what is under way. */
  close(): void;
}

/** Starts the deliveries: in order for each hook, unless a plan says otherwise; never repeated; kept for three days. */
export function startWebhooks(options: WebhooksOptions): RunningWebhooks {
  return new Webhooks(options);
}

class Webhooks implements RunningWebhooks {
  readonly listeners: SandboxWebhooks['listeners'] = [];
  readonly #options: WebhooksOptions;
  readonly #log = new Map<number, SandboxDelivery[]>();
  readonly #lines = new Map<number, Promise<void>>();
  readonly #held = new Map<number, (() => Promise<void>)[]>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  emit(happened: SandboxHappening): void {
    const { world } = this.#options;
    const listening = [...hooksOf(world, happened), ...this.listeners.flatMap((more) => more(happened))].filter(
      ({ hook }) => hook.active && (hook.events.includes('*') || hook.events.includes(happened.event)),
    );
    if (listening.length === 0) return;
    const guid = randomUUID();
    const payload = happened.payload(this.#context());
    for (const listener of listening) this.#record(listener, happened, { guid, payload });
  }

  deliver(listener: SandboxListener, happened: SandboxHappening): void {
    this.#record(listener, happened, { guid: randomUUID(), payload: happened.payload(this.#context()) });
  }

  redeliver({ hook }: SandboxListener, delivery: SandboxDelivery): void {
    const { world } = this.#options;
    this.#start(hook, {
      ...delivery,
      ...UNANSWERED,
      id: takeId(world.state),
      redelivery: true,
      deliveredAt: timestamp(world),
      url: hook.url,
    });
  }

  deliveriesOf(hookId: number): readonly SandboxDelivery[] {
    const from = new Date(this.#options.world.now().getTime() - KEPT_MS).toISOString();
    return (this.#log.get(hookId) ?? []).filter(({ deliveredAt }) => deliveredAt >= from).toReversed();
  }

  async settled(): Promise<void> {
    while (this.#underWay.size > 0 || this.#held.size > 0) {
      await Promise.all(this.#underWay);
      for (const hookId of this.#held.keys()) this.#queue(hookId, () => Promise.resolve());
    }
  }

  clear(): void {
    this.#log.clear();
    this.#held.clear();
  }

  close(): void {
    this.#held.clear();
    this.#stop.abort();
  }

  #context(): ShapeContext {
    const { world, api, web } = this.#options;
    return { state: world.state, api, web, modern: false };
  }

  #record(
    { hook, target, more }: SandboxListener,
    happened: SandboxHappening,
    { guid, payload }: { guid: string; payload: object },
  ): void {
    const { world } = this.#options;
    this.#start(hook, {
      ...UNANSWERED,
      id: takeId(world.state),
      hookId: hook.id,
      target,
      guid,
      event: happened.event,
      action: happened.action,
      redelivery: false,
      deliveredAt: timestamp(world),
      repositoryId: happened.repository?.id ?? null,
      installationId: installationOf(more),
      url: hook.url,
      requestHeaders: {},
      payload: { ...payload, ...more },
    });
  }

  #start(hook: SandboxWebhook, delivery: SandboxDelivery): void {
    const body = bodyOf(hook, delivery.payload);
    if (body.length > PAYLOAD_BYTES_MAX) return;
    delivery.requestHeaders = headersOf(hook, delivery, body);
    const log = this.#log.get(hook.id) ?? [];
    this.#log.set(hook.id, log);
    log.push(delivery);
    if (log.length > KEPT_PER_HOOK_MAX) log.shift();
    const plan = this.#options.planDelivery?.(delivery) ?? AS_USUAL;
    const send = (): Promise<void> => this.#send(hook, delivery, { body, plan });
    if (plan.afterNext) this.#hold(hook.id, send);
    else if (plan.delayMs > 0) this.#track(sleep(plan.delayMs, undefined, { signal: this.#stop.signal }).then(send));
    else this.#queue(hook.id, send);
  }

  /** After what this hook still has to get, so that a usual hook hears things in order; what was held back follows. */
  #queue(hookId: number, send: () => Promise<void>): void {
    const held = this.#held.get(hookId) ?? [];
    this.#held.delete(hookId);
    const all = async (before: Promise<void> | undefined): Promise<void> => {
      await before;
      for (const work of [send, ...held]) await work();
    };
    const line = all(this.#lines.get(hookId));
    this.#lines.set(hookId, line);
    this.#track(line);
  }

  #hold(hookId: number, send: () => Promise<void>): void {
    this.#held.set(hookId, [...(this.#held.get(hookId) ?? []), send]);
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.catch(() => undefined).finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #send(
    hook: SandboxWebhook,
    delivery: SandboxDelivery,
    { body, plan }: { body: Buffer<ArrayBuffer>; plan: SandboxDeliveryPlan },
  ): Promise<void> {
    const sent = plan.cutAt === null ? body : body.subarray(0, Math.floor(body.length * plan.cutAt));
    if (plan.copies === 0) return learn(hook, delivery, { answered: false, why: 'timed out' });
    for (let copy = 0; copy < plan.copies && !this.#stop.signal.aborted; copy += 1) {
      const startedAt = performance.now();
      const answer = await postDelivery(
        delivery.url,
        { headers: delivery.requestHeaders, body: sent },
        this.#stop.signal,
      );
      delivery.duration = Math.round(performance.now() - startedAt) / 1000;
      learn(hook, delivery, answer);
    }
  }
}

const UNANSWERED = { duration: 0, status: 'pending', statusCode: 0, responseHeaders: {}, responseBody: '' };

function learn(
  hook: SandboxWebhook,
  delivery: SandboxDelivery,
  answer: Awaited<ReturnType<typeof postDelivery>>,
): void {
  if (!answer.answered) {
    delivery.status = answer.why;
    hook.lastResponse = { code: null, status: 'timeout', message: answer.why };
    return;
  }
  const good = answer.status >= 200 && answer.status < 300;
  delivery.status = good ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
  delivery.statusCode = answer.status;
  delivery.responseHeaders = answer.headers;
  delivery.responseBody = answer.body;
  hook.lastResponse = {
    code: answer.status,
    status: good ? 'active' : 'misconfigured',
    message: delivery.status,
  };
}

function hooksOf(world: SandboxWorld, { repository, organization }: SandboxHappening): SandboxListener[] {
  const { state } = world;
  const owner = organization ?? repository?.owner ?? '';
  const ownerId = findUser(state, owner)?.id ?? 0;
  return [
    ...(repository === null ? [] : listeners(repository.hooks, { type: 'repository', id: repository.id })),
    ...listeners(findOrganization(state, owner)?.hooks ?? [], { type: 'organization', id: ownerId }),
  ];
}

function listeners(hooks: readonly SandboxWebhook[], target: SandboxListener['target']): SandboxListener[] {
  return hooks.map((hook) => ({ hook, target, more: {} }));
}

function installationOf(more: object): number | null {
  const installation: unknown = 'installation' in more ? more.installation : null;
  if (typeof installation !== 'object' || installation === null || !('id' in installation)) return null;
  return typeof installation.id === 'number' ? installation.id : null;
}

function bodyOf(hook: SandboxWebhook, payload: object): Buffer<ArrayBuffer> {
  const json = JSON.stringify(payload);
  return Buffer.from(hook.contentType === 'json' ? json : new URLSearchParams({ payload: json }).toString());
}

function headersOf(hook: SandboxWebhook, delivery: SandboxDelivery, body: Buffer): Record<string, string> {
  const signature = (algorithm: 'sha1' | 'sha256', secret: string): string =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return {
    accept: '*/*',
    'content-type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': 'GitHub-Hookshot/sandbox',
    'X-GitHub-Delivery': delivery.guid,
    'X-GitHub-Event': delivery.event,
    'X-GitHub-Hook-ID': String(hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(delivery.target.id),
    'X-GitHub-Hook-Installation-Target-Type': delivery.target.type,
    ...(hook.secret === null
      ? {}
      : {
          'X-Hub-Signature': signature('sha1', hook.secret),
          'X-Hub-Signature-256': signature('sha256', hook.secret),
        }),
  };
}
