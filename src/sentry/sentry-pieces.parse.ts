import { z } from 'zod';

/** Text, or null where it is missing, empty or something else. */
export const textOrNull = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform((text) => (text === undefined || text === '' ? null : text));

/** A number of Sentry's, which says many of them as text; null where it is none. */
export const countOrNull = z
  .union([z.number(), z.string().regex(/^\d+$/u).transform(Number)])
  .nullish()
  .catch(null)
  .transform((count) => (typeof count === 'number' && Number.isFinite(count) ? Math.max(0, Math.trunc(count)) : null));

/** A time; null where it is none, or of a year that nobody means and not every program writes the same. */
export const dateOrNull = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => {
    const at = new Date(text ?? '');
    return at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999 ? at : null;
  });

export const booleanOrNull = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An id: digits, as text or as a number. Longer ones fit neither an address nor an index. */
export const idSchema = z.union([z.string().regex(/^\w{1,100}$/u), z.int().nonnegative().transform(String)]);

/** An object; empty where something else stands. */
export const objectOrEmpty = z.record(z.string(), z.unknown()).catch({});

/** A list; empty where something else stands. */
export const listOrEmpty = z.array(z.unknown()).catch([]);

/** Those items that can be read. */
export function parseEach<T>(items: readonly unknown[], schema: z.ZodType<T>): T[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The address when it is one that a browser opens, else null. */
export function webAddress(text: string | null): string | null {
  const url = URL.parse(text ?? '');
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? (text ?? null) : null;
}
