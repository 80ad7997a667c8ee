import { z } from 'zod';

import { PageQuery } from './common.ts';

const At = z.iso.datetime();

export const DELIVERY_STATES = ['received', 'applied', 'ignored', 'failed'] as const;

/** One webhook post of GitHub, as it was kept. */
export const Delivery = z.object({
  id: z.uuid(),
  connection_id: z.uuid(),
  guid: z.string().describe("GitHub's X-GitHub-Delivery: the same for every hook and on redelivery."),
  event: z.string(),
  action: z.string().nullable(),
  repository: z.string().nullable().describe('owner/name, as the payload says.'),
  sender: z.string().nullable(),
  came_by: z
    .enum(['post', 'pull'])
    .describe("post: GitHub sent it; pull: it was fetched from GitHub's log afterwards."),
  received_at: At.describe('When GitHub sent it: for a pulled one, when it did not arrive.'),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  next_attempt_at: At.nullable(),
  applied_at: At.nullable(),
  message: z.string().nullable().describe('What it did, why it was ignored, or how it failed.'),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryDetail = Delivery.extend({
  payload: z.string().describe('The JSON that GitHub sent, at most its first 200 kB.'),
  payload_bytes: z.int(),
  payload_truncated: z.boolean(),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

const filter = {
  event: z.string().max(100).optional(),
  repository: z.string().max(200).optional(),
  connection_id: z.uuid().optional(),
  q: z.string().max(200).optional().describe('In GUID, action, sender and message.'),
};

export const DeliveriesQuery = z.object({ ...PageQuery, ...filter, state: z.enum(DELIVERY_STATES).optional() });
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

/** Which deliveries are meant; with nothing in it, all. */
export const DeliveriesFilter = z.strictObject(filter);
export type DeliveriesFilter = z.infer<typeof DeliveriesFilter>;

export const ReplayedDeliveries = z.object({
  replayed: z.int().describe('How many had failed and are applied again, now.'),
});

export const HOOK_TARGETS = ['repository', 'organization', 'app'] as const;

/** A webhook of this hub at GitHub, and how it fares. */
export const Hook = z.object({
  id: z.uuid(),
  connection_id: z.uuid(),
  target: z.string().describe("owner/name, an organisation's login, or app."),
  target_kind: z.enum(HOOK_TARGETS),
  url: z.string().describe('Where GitHub sends to.'),
  events: z.array(z.string()),
  missing_events: z.array(z.string()).describe('What the hub wants besides and is not sent.'),
  active: z.boolean(),
  last_code: z.int().nullable().describe('What GitHub was answered last; null: nothing was sent yet.'),
  last_message: z.string().nullable(),
  healthy: z.boolean(),
  reason: z.string().describe('How it fares, in a sentence.'),
  fix: z.string().nullable(),
  checked_at: At.nullable(),
  pulled_until: At.nullable().describe("Up to here GitHub's log of deliveries was compared with ours."),
  created_at: At,
});
export type Hook = z.infer<typeof Hook>;

export const HookList = z.object({
  items: z.array(Hook),
  others: z.int().describe('Webhooks of other programs on this repository.'),
  problem: z.string().nullable().describe('Why GitHub could not be asked; items then are as last known.'),
});

export const HookDraft = z.strictObject({
  target_kind: z
    .enum(['repository', 'organization'])
    .default('repository')
    .describe("organization: one hook for all repositories of the repository's owner."),
});

export const HookChange = z.strictObject({
  events: z.array(z.string().trim().min(1).max(100)).min(1).max(100).optional(),
  active: z.boolean().optional(),
});
export type HookChange = z.infer<typeof HookChange>;

export const WebhookSecret = z.object({
  secret: z.string().describe('Shown this once. The one before stays valid until the next is made.'),
  url: z.string().describe('The payload URL of the webhook; its content type is application/json.'),
});
