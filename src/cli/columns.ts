/** Rows of words below their headings, each column as wide as its longest word; the last one as long as it is. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [headings, ...rows].map((row) =>
    row
      .map((word, at) => (at === row.length - 1 ? word : word.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
