import { z } from 'zod';

const TEXT_LENGTH_MAX = 300;

/** What a refusal says for itself, cut to one line. */
export interface Words {
  text: string;
  /** The field that was refused, where the answer names one. */
  field: string | null;
  /** Sentry's word for a refusal that is not the usual one, as sso-required. */
  code: string | null;
}

/** `{"detail": "…"}`, or an object with code and message; GlitchTip's 422 holds a list (facts 9 and 12). */
const detailSchema = z.union([
  z.string().transform((message) => ({ message, field: null, code: null })),
  z
    .object({ message: z.string().catch(''), code: z.string().nullish().catch(null) })
    .transform(({ message, code }) => ({ message, field: null, code: code ?? null })),
  z
    .array(z.object({ msg: z.string().catch(''), loc: z.array(z.union([z.string(), z.number()])).catch([]) }))
    .transform((faults) => ({
      message: faults.map(({ msg }) => msg).join('; '),
      field: String(faults[0]?.loc.at(-1) ?? '') || null,
      code: null,
    })),
]);

/** The words of an answer of any shape: `detail`, GlitchTip's `message`, or fields with lists of complaints. */
export function wordsOf(body: unknown): Words {
  const object = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const detail = detailSchema.safeParse(object['detail'] ?? object['message']).data;
  if (detail !== undefined) {
    const aboutQuery = /search query|invalid query/iu.test(detail.message);
    return { text: oneLine(detail.message), field: detail.field ?? (aboutQuery ? 'query' : null), code: detail.code };
  }
  const complaints = Object.entries(object).flatMap(([field, said]) => {
    const texts = z.union([z.array(z.string()), z.string().transform((text) => [text])]).safeParse(said).data;
    return texts === undefined ? [] : [{ field, text: texts.join(' ') }];
  });
  const [first] = complaints;
  if (first === undefined) return { text: '', field: null, code: null };
  const named = (field: string) => (field === 'non_field_errors' ? null : field);
  const text = complaints.map(({ field, text: said }) =>
    [named(field), said].filter((part) => part !== null).join(': '),
  );
  return { text: oneLine(text.join('; ')), field: named(first.field), code: null };
}

// The sentence around it ends by itself.
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim().replace(/\.$/u, '');
  return line.length <= TEXT_LENGTH_MAX ? line : `${line.slice(0, TEXT_LENGTH_MAX - 1)}…`;
}
