import { z } from 'zod';
import type { GithubUser } from './github-reads.model.ts';

/** A date in GitHub's words. */
export const instant = z.string().transform((text, context) => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) context.addIssue({ code: 'custom', message: 'not a date' });
  return date;
});

/** Text, or null where it is missing or something else. */
export const textOrNull = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

const LABEL_COLOR_DEFAULT = 'ededed';

export const colorSchema = textOrNull.transform((color) => color ?? LABEL_COLOR_DEFAULT);

/** A label on an issue: as an object, or as its bare name. */
export const labelSchema = z.union([
  z.string().transform((name) => ({ id: null, name, color: LABEL_COLOR_DEFAULT })),
  z.object({
    id: z
      .number()
      .nullish()
      .catch(null)
      .transform((id) => id ?? null),
    name: z.string(),
    color: colorSchema,
  }),
]);

export const loginSchema = z.object({ login: z.string(), id: z.number() });

/** The milestone that an issue or a pull request names. */
export const milestoneRefSchema = z
  .object({ number: z.number(), title: z.string().catch('') })
  .nullish()
  .catch(null);

/** Each person once, whatever they are named for. */
export function distinctPeople(people: (GithubUser | null | undefined)[]): GithubUser[] {
  const byId = new Map<number, GithubUser>();
  for (const person of people) if (person) byId.set(person.id, person);
  return [...byId.values()];
}

/** Those items that can be read. */
export function parseEach<T>(items: unknown[], schema: z.ZodType<T>): T[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
