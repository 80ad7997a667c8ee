const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u;
const UNSEEN = /<!--[\s\S]*?-->|<\/?(?:sub|sup)>/giu;

/** Text from GitHub as a reader sees it there: without HTML comments and small print tags, but for those inside code. */
export function withoutUnseen(source: string): string {
  return source
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(UNSEEN, '')))
    .join('')
    .trim();
}
