/** Text that is already safe to stand in a page. Only `html` and `raw` make it. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | null | readonly (Html | string)[];

/** Template tag that escapes whatever is put in, unless it is Html itself. Lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  const text = strings.map((part, index) => part + (index < pieces.length ? asText(pieces[index] ?? null) : ''));
  return { html: text.join('') };
}

/** Marks text as safe. The caller has escaped it. */
export function raw(text: string): Html {
  return { html: text };
}

function asText(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string' || typeof piece === 'number') return escapeHtml(String(piece));
  return 'html' in piece ? piece.html : piece.map((item) => asText(item)).join('');
}

/** Escapes text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
