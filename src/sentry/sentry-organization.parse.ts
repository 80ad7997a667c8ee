import { z } from 'zod';
import { idSchema, objectOrEmpty, textOrNull } from './sentry-pieces.parse.ts';
import type { SentryOrganization, SentryProject } from './sentry.model.ts';

const organizationSchema = z.object({
  id: idSchema,
  slug: z.string().min(1),
  name: textOrNull,
  links: z.object({ regionUrl: textOrNull }).nullish().catch(null),
});

/** An organisation with the region that it names, whether or not it may be used; null when it is none. */
export function parseOrganization(json: unknown): SentryOrganization | null {
  const raw = organizationSchema.safeParse(json).data;
  if (raw === undefined) return null;
  return { id: raw.id, slug: raw.slug, name: raw.name ?? raw.slug, regionUrl: raw.links?.regionUrl ?? null };
}

const projectSchema = z.object({ id: idSchema, slug: z.string().min(1), name: textOrNull, platform: textOrNull });

export function parseProject(json: unknown): SentryProject | null {
  const raw = projectSchema.safeParse(json).data;
  return raw === undefined ? null : { ...raw, name: raw.name ?? raw.slug };
}

/** GlitchTip's version from its settings, which anybody may read; null where something else answered (facts 1). */
export function parseGlitchtip(json: unknown): { version: string | null } | null {
  const raw = objectOrEmpty.parse(json);
  return 'version' in raw && 'iPaidForGlitchTip' in raw ? { version: textOrNull.parse(raw['version']) } : null;
}

const holderSchema = z.object({
  auth: z
    .object({ scopes: z.array(z.string()) })
    .nullish()
    .catch(null),
  user: z.object({ username: textOrNull }).nullish().catch(null),
});

/** Who a token belongs to, as far as the server tells: the `username` of an integration starts with its slug. */
export function parseTokenHolder(json: unknown): { scopes: string[] | null; username: string | null } {
  const raw = holderSchema.safeParse(json).data;
  return { scopes: raw?.auth?.scopes ?? null, username: raw?.user?.username ?? null };
}

const installationSchema = z.object({ uuid: z.string().min(1), app: z.object({ slug: z.string().min(1) }) });

export function parseInstallation(json: unknown): { uuid: string; slug: string } | null {
  const raw = installationSchema.safeParse(json).data;
  return raw === undefined ? null : { uuid: raw.uuid, slug: raw.app.slug };
}

/** The items of a list that can be read, and how many cannot; null when it is no list at all. */
export function parseList<T>(
  json: unknown,
  parse: (item: unknown) => T | null,
): { items: T[]; skipped: number } | null {
  if (!Array.isArray(json)) return null;
  const items = json.map(parse).filter((item) => item !== null);
  return { items, skipped: json.length - items.length };
}
