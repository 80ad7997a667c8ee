import type { HelpRow } from '../settings.ts';

/** Settings as lines of a help text. */
export function tableText(rows: readonly HelpRow[]): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  return rows.map((row) => `  ${row.name.padEnd(width)}  ${row.help} Default: ${row.default}`).join('\n');
}
