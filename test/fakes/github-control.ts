import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { DeliveryFault } from './github-deliveries.ts';
import type { Fault, FaultKind } from './github-faults.ts';
import type { FakeGithub } from './github-server.ts';
import { z } from 'zod';
import { actorsIn } from './github-actors.ts';
import { DELIVERY_FAULTS } from './github-deliveries.ts';
import { FAULT_KINDS } from './github-faults.ts';

const faultSchema = z.object({
  match: z
    .object({ method: z.string().optional(), path: z.string().optional(), sizeAbove: z.number().optional() })
    .default({}),
  /** null stands for "always": JSON has no Infinity. */
  times: z.number().nullable().default(1),
  do: z.enum(FAULT_KINDS),
  skip: z.number().optional(),
  chance: z.number().optional(),
  ms: z.number().optional(),
  when: z.enum(['before_commit', 'after_commit']).optional(),
  retryAfterSeconds: z.number().nullable().optional(),
  resetInSeconds: z.number().optional(),
  status: z.union([z.literal(200), z.literal(403), z.literal(429)]).optional(),
  commit: z.boolean().optional(),
});

const lagSchema = z.object({
  list: z.number().optional(),
  number: z.number().optional(),
  search: z.number().optional(),
});
const deliverySchema = z.object({
  do: z.enum(DELIVERY_FAULTS),
  match: z.object({ event: z.string().optional(), action: z.string().optional() }).default({}),
  /** null stands for "always": JSON has no Infinity. */
  times: z.number().nullable().default(1),
  skip: z.number().default(0),
  ms: z.number().default(100),
});
const actSchema = z.object({ act: z.string(), args: z.array(z.unknown()).default([]) });

/**
 * The fake told what to do over HTTP, when it runs in a process of its own: GET /_fake/state, /_fake/issues?text=, /_fake/requests;
 * POST /_fake/faults (`path` as the source of a regular expression), /_fake/lag, /_fake/act {act, args}, /_fake/reset;
 * DELETE /_fake/faults; /_fake/deliveries the same for webhooks.
 */
export function answerControl(fake: FakeGithub, request: SandboxRequest): SandboxAnswer | null {
  if (!request.path.startsWith('/_fake/')) return null;
  const body: unknown = request.text === '' ? {} : JSON.parse(request.text);
  switch (`${request.method} ${request.path.slice('/_fake/'.length)}`) {
    case 'GET state':
      return { status: 200, body: fake.state };
    case 'GET issues':
      return { status: 200, body: fake.issuesWithText(request.query.get('text') ?? '') };
    case 'GET requests':
      return { status: 200, body: fake.requests };
    case 'POST faults':
      fake.faults.add(faultFrom(faultSchema.parse(body)));
      return { status: 204 };
    case 'DELETE faults':
      fake.faults.clear();
      return { status: 204 };
    case 'POST deliveries':
      fake.deliveries.add(deliveryFrom(deliverySchema.parse(body)));
      return { status: 204 };
    case 'DELETE deliveries':
      fake.deliveries.clear();
      return { status: 204 };
    case 'POST lag':
      setLags(fake, lagSchema.parse(body));
      return { status: 204 };
    case 'POST act':
      return { status: 200, body: act(fake, actSchema.parse(body)) ?? null };
    case 'POST reset':
      fake.reset();
      return { status: 204 };
    default:
      return { status: 404, body: { message: `the fake has no ${request.method} ${request.path}` } };
  }
}

function faultFrom(sent: z.infer<typeof faultSchema>): Fault {
  const { match, times, ...rest } = sent;
  const fault: Fault = {
    do: rest.do satisfies FaultKind,
    match: {
      ...(match.method === undefined ? {} : { method: match.method }),
      ...(match.path === undefined ? {} : { path: new RegExp(match.path) }),
      ...(match.sizeAbove === undefined ? {} : { sizeAbove: match.sizeAbove }),
    },
    times: times ?? Infinity,
  };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) Object.assign(fault, { [name]: value });
  return fault;
}

function deliveryFrom(sent: z.infer<typeof deliverySchema>): DeliveryFault {
  const { event, action } = sent.match;
  const match = { ...(event === undefined ? {} : { event }), ...(action === undefined ? {} : { action }) };
  return { ...sent, match, times: sent.times ?? Infinity };
}

function setLags(fake: FakeGithub, lags: z.infer<typeof lagSchema>): void {
  if (lags.list !== undefined) fake.setListLag(lags.list);
  if (lags.number !== undefined) fake.setNumberLag(lags.number);
  if (lags.search !== undefined) fake.setSearchLag(lags.search);
}

function act(fake: FakeGithub, sent: z.infer<typeof actSchema>): unknown {
  const acts = Object.entries<unknown>({ ...actorsIn(fake.world) });
  const [, done] = acts.find(([name]) => name === sent.act) ?? [];
  if (typeof done !== 'function') throw new Error(`nobody can ${sent.act} on the fake`);
  // The arguments come from a test; a wrong one shows itself as the sandbox's own error.
  return Reflect.apply(done, null, sent.args);
}
