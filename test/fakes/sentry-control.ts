import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { SentryFault } from './sentry-faults.ts';
import type { FakeSentry } from './sentry.ts';
import { z } from 'zod';
import { DELIVERY_FAULTS } from './github-deliveries.ts';
import { sentryActorsIn } from './sentry-actors.ts';
import { SENTRY_FAULTS } from './sentry-faults.ts';

/** null stands for "always": JSON has no Infinity. */
const times = z
  .number()
  .nullable()
  .default(1)
  .transform((count) => count ?? Infinity);
const pattern = z.string().transform((source) => new RegExp(source, 'u'));
const faultSchema = z.object({
  match: z.object({ method: z.string().optional(), path: pattern.optional(), query: pattern.optional() }).default({}),
  times,
  do: z.enum(SENTRY_FAULTS),
  skip: z.number().optional(),
  chance: z.number().optional(),
  ms: z.number().optional(),
  headers: z.boolean().optional(),
  resetInSeconds: z.number().optional(),
  retryAfterSeconds: z.number().optional(),
  challenge: z.boolean().optional(),
  rows: z.number().optional(),
});
const deliverySchema = z.object({
  do: z.enum(DELIVERY_FAULTS),
  match: z.object({}).default({}),
  times,
  skip: z.number().default(0),
  ms: z.number().default(100),
});
const actSchema = z.object({ act: z.string(), args: z.array(z.unknown()).default([]) });

/**
 * The fake told what to do over HTTP, when it runs in a process of its own: GET /_fake/state, /_fake/requests;
 * POST /_fake/faults (`path` and `query` as sources of regular expressions), /_fake/deliveries, /_fake/act {act, args},
 * /_fake/reset; DELETE /_fake/faults.
 */
export function answerSentryControl(fake: FakeSentry, request: SandboxRequest): SandboxAnswer | null {
  if (!request.path.startsWith('/_fake/')) return null;
  const body: unknown = request.text === '' ? {} : JSON.parse(request.text);
  switch (`${request.method} ${request.path.slice('/_fake/'.length)}`) {
    case 'GET state':
      return { status: 200, body: fake.world.state };
    case 'GET requests':
      return { status: 200, body: fake.requests };
    case 'POST faults':
      // What was left out is undefined here and absent to the list: both match everything.
      fake.faults.add(faultSchema.parse(body) as SentryFault);
      return { status: 204 };
    case 'DELETE faults':
      fake.faults.clear();
      return { status: 204 };
    case 'POST deliveries':
      fake.deliveries.add(deliverySchema.parse(body));
      return { status: 204 };
    case 'POST act':
      return { status: 200, body: act(fake, actSchema.parse(body)) ?? null };
    case 'POST reset':
      fake.reset();
      return { status: 204 };
    default:
      return { status: 404, body: { detail: `the fake has no ${request.method} ${request.path}` } };
  }
}

function act(fake: FakeSentry, sent: z.infer<typeof actSchema>): unknown {
  const acts = Object.entries<unknown>({ ...sentryActorsIn(fake.world) });
  const [, done] = acts.find(([name]) => name === sent.act) ?? [];
  if (typeof done !== 'function') throw new Error(`nobody can ${sent.act} on the fake`);
  // The arguments come from a test; a wrong one shows itself as the sandbox's own error.
  return Reflect.apply(done, null, sent.args);
}
