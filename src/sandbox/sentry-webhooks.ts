import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxDeliveryPlan } from './sandbox-webhooks.model.ts';
import type {
  SandboxSentryHooks,
  SandboxSentryWorld,
  SentryActor,
  SentryApp,
  SentryDelivery,
  SentryHappening,
} from './sentry-world.model.ts';
import { postDelivery } from './sandbox-webhooks.client.ts';
import { actorName } from './sentry-state.ts';

const ANSWER_WITHIN_MS = 1000;
const KEPT_MAX = 1000;
const AS_USUAL: SandboxDeliveryPlan = { copies: 1, delayMs: 0, afterNext: false, cutAt: null };

export interface SentryWebhooks {
  emit(happened: SentryHappening): void;
  /** Latest last. */
  deliveries: SentryDelivery[];
  /** Resolves when nothing is under way any more; what was held back is sent before. */
  settled(): Promise<void>;
  close(): void;
}

/** Tells the integrations that have an address: signed, in order, one second for the answer, never a second time. */
export function startSentryWebhooks(
  world: SandboxSentryWorld,
  planDelivery: SandboxSentryHooks['planDelivery'],
): SentryWebhooks {
  const deliveries: SentryDelivery[] = [];
  const stop = new AbortController();
  let line: Promise<void> = Promise.resolve();
  let held: (() => Promise<void>)[] = [];
  const underWay = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  const queue = (send: () => Promise<void>): void => {
    const waiting = held;
    held = [];
    line = line.then(send);
    for (const late of waiting) line = line.then(late);
    track(line);
  };
  const start = (delivery: SentryDelivery): void => {
    deliveries.push(delivery);
    if (deliveries.length > KEPT_MAX) deliveries.shift();
    const plan = planDelivery?.(delivery) ?? AS_USUAL;
    const send = async (): Promise<void> => {
      for (let copy = 0; copy < plan.copies; copy += 1) await post(delivery, plan.cutAt, stop.signal);
    };
    if (plan.afterNext) held.push(send);
    else if (plan.delayMs > 0) track(sleep(plan.delayMs, undefined, { signal: stop.signal }).then(send));
    else queue(send);
  };
  return {
    deliveries,
    emit(happened) {
      for (const app of world.state.apps)
        if (app.webhookUrl !== null && app.resources.includes(happened.resource))
          start(deliveryOf(world, { ...app, webhookUrl: app.webhookUrl }, happened));
    },
    async settled() {
      while (underWay.size > 0 || held.length > 0) {
        if (held.length > 0) queue(() => Promise.resolve());
        await Promise.all(underWay);
      }
    },
    close() {
      held = [];
      stop.abort();
    },
  };
}

function deliveryOf(
  world: SandboxSentryWorld,
  app: SentryApp & { webhookUrl: string },
  { resource, action, actor, data }: SentryHappening,
): SentryDelivery {
  const installation = { uuid: app.installation };
  const body = JSON.stringify({ action, installation, data: data(), actor: actorIn(actor) });
  const now = world.now();
  return {
    appId: app.uuid,
    resource,
    action,
    url: app.webhookUrl,
    body,
    at: now.toISOString(),
    status: null,
    headers: {
      'content-type': 'application/json',
      'request-id': randomUUID().replaceAll('-', ''),
      'sentry-hook-resource': resource,
      'sentry-hook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'sentry-hook-signature': createHmac('sha256', app.clientSecret).update(body).digest('hex'),
    },
  };
}

function actorIn(actor: SentryActor): object {
  if (actor.kind === 'person') return { type: 'user', id: Number(actor.person.id), name: actorName(actor) };
  return { type: 'application', id: actor.kind === 'app' ? actor.app.uuid : 'sentry', name: actorName(actor) };
}

async function post(delivery: SentryDelivery, cutAt: number | null, stop: AbortSignal): Promise<void> {
  const whole = new TextEncoder().encode(delivery.body);
  const body = cutAt === null ? whole : whole.slice(0, Math.floor(whole.length * cutAt));
  const late = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const answer = await postDelivery(delivery.url, { headers: delivery.headers, body }, late);
  if (answer.answered) delivery.status = answer.status;
}
