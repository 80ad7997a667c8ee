import { z } from 'zod';
import { instant, textOrNull } from './github-pieces.parse.ts';
import type { GithubDeliverySummary, GithubHook } from './github-reads.model.ts';

const numberOrNull = z
  .number()
  .nullish()
  .catch(null)
  .transform((number) => number ?? null);

const hookSchema = z.object({
  id: z.number(),
  events: z.array(z.string()).catch([]),
  active: z.boolean().catch(true),
  config: z.object({ url: z.string().catch('') }),
  // organisations' hooks do not tell; null after a month of silence
  last_response: z.object({ code: numberOrNull, message: textOrNull }).nullish().catch(null),
});

/** A hook of a repository or an organisation; null when it is none. Its secret is never told. */
export function parseHook(json: unknown): GithubHook | null {
  const parsed = hookSchema.safeParse(json);
  if (!parsed.success) return null;
  const { id, events, active, config, last_response: last } = parsed.data;
  return { id, url: config.url, events, active, lastCode: last?.code ?? null, lastMessage: last?.message ?? null };
}

/** Where a GitHub App's hook leads; null when the answer does not say. An App without a hook has an empty address. */
export function parseHookUrl(json: unknown): string | null {
  return z.object({ url: z.string().nullish() }).safeParse(json).data?.url ?? null;
}

/** What a GitHub App subscribes to; null when the answer is no App. */
export function parseAppEvents(json: unknown): { id: number; events: string[] } | null {
  return z.object({ id: z.number(), events: z.array(z.string()).catch([]) }).safeParse(json).data ?? null;
}

const summarySchema = z.object({
  id: z.number(),
  guid: z.string(),
  event: z.string(),
  action: textOrNull,
  delivered_at: instant,
  status: z.string().catch(''),
  status_code: z.number().catch(0),
  repository_id: numberOrNull,
  installation_id: numberOrNull,
});

/** One line of a hook's log; null when it is none. */
export function parseDeliverySummary(json: unknown): GithubDeliverySummary | null {
  const parsed = summarySchema.safeParse(json);
  if (!parsed.success) return null;
  const { id, guid, event, action, status, delivered_at: deliveredAt, status_code: code, ...raw } = parsed.data;
  const succeeded = status === 'OK' || (code >= 200 && code < 300);
  return {
    id,
    guid,
    event,
    action,
    deliveredAt,
    succeeded,
    code,
    status,
    repositoryId: raw.repository_id,
    installationId: raw.installation_id,
  };
}

const deliverySchema = z.object({
  request: z.object({
    headers: z.record(z.string(), z.unknown()).nullish().catch(null),
    payload: z.record(z.string(), z.unknown()),
  }),
});

/** What GitHub sent in one delivery, header names in lower case; null when it does not tell. */
export function parseDelivery(json: unknown): { headers: Record<string, string>; payload: string } | null {
  const parsed = deliverySchema.safeParse(json);
  if (!parsed.success) return null;
  const { headers, payload } = parsed.data.request;
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { headers: Object.fromEntries(named), payload: JSON.stringify(payload) };
}
