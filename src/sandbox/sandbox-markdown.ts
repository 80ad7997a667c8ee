import type { Html } from './sandbox-html.ts';
import { escapeHtml, raw } from './sandbox-html.ts';

/**
 * Shows the usual Markdown of an issue: headings, lists, quotes, tables, code, bold, links. Everything is escaped first and
 * only our own tags are put in after, so nothing an author writes becomes markup. HTML comments are hidden, as on GitHub.
 */
export function markdown(text: string): Html {
  const visible = text.replaceAll('\r\n', '\n').replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '');
  const blocks = splitBlocks(visible).map(renderBlock);
  return raw(blocks.join('\n'));
}

type Block = { kind: 'code' | 'text'; lines: string[] };

function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let current: Block = { kind: 'text', lines: [] };
  let fence: string | null = null;
  const flush = (kind: Block['kind']): void => {
    if (current.lines.length > 0) blocks.push(current);
    current = { kind, lines: [] };
  };
  for (const line of text.split('\n')) {
    const opening: string | undefined =
      fence === null ? /^\s{0,3}(?<fence>`{3,}|~{3,})/.exec(line)?.groups?.['fence'] : undefined;
    if (opening !== undefined) {
      fence = opening;
      flush('code');
    } else if (fence !== null && line.trim().startsWith(fence)) {
      fence = null;
      flush('text');
    } else if (fence === null && startsBlock(line, current.lines.at(-1))) {
      flush('text');
      if (line.trim() !== '') current.lines.push(line);
    } else {
      current.lines.push(line);
    }
  }
  flush('text');
  return blocks;
}

const LIST_ITEM = /^\s*(?:[-*+]|\d+\.)\s+/;

function startsBlock(line: string, before: string | undefined): boolean {
  if (line.trim() === '' || /^#{1,6}\s/.test(line) || (before !== undefined && /^#{1,6}\s/.test(before))) return true;
  return (
    before !== undefined &&
    (LIST_ITEM.test(line) !== LIST_ITEM.test(before) || line.startsWith('>') !== before.startsWith('>'))
  );
}

function renderBlock(block: Block): string {
  const [first = ''] = block.lines;
  if (block.kind === 'code') return `<pre tabindex="0"><code>${escapeHtml(block.lines.join('\n'))}</code></pre>`;
  const heading = /^(?<marks>#{1,6})\s+(?<title>.*)$/.exec(first)?.groups;
  // The page has its own h1 and h2; an author's headings come below them.
  if (heading !== undefined) return `<h3>${inline(heading['title'] ?? '')}</h3>`;
  if (/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(first) && block.lines.length === 1) return '<hr>';
  if (LIST_ITEM.test(first)) return renderList(block.lines, /^\s*\d/.test(first));
  if (first.startsWith('>'))
    return `<blockquote>${block.lines.map((line) => inline(line.replace(/^>\s?/, ''))).join('<br>')}</blockquote>`;
  if (first.startsWith('|') && DELIMITERS.test(block.lines[1] ?? '')) return renderTable(block.lines);
  return `<p>${block.lines.map(inline).join('<br>')}</p>`;
}

const DELIMITERS = /^\|(?:\s*:?-+:?\s*\|)+\s*$/;

function renderTable([head = '', , ...rows]: readonly string[]): string {
  const titles = cellsOf(head);
  const row = (tag: 'td' | 'th', cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join('')}</tr>`;
  const header = titles.some((title) => title !== '') ? `<thead>${row('th', titles)}</thead>` : '';
  return `<table>${header}<tbody>${rows.map((line) => row('td', cellsOf(line))).join('')}</tbody></table>`;
}

/** The cells of a line of a table; a pipe inside one is written with a backslash. */
function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}

function renderList(lines: readonly string[], ordered: boolean): string {
  const items = lines.map((line) => `<li>${inline(line.replace(LIST_ITEM, ''))}</li>`).join('');
  return ordered ? `<ol>${items}</ol>` : `<ul>${items}</ul>`;
}

// Code spans are taken out first: nothing inside them is markup.
function inline(text: string): string {
  return text
    .split(/(?<code>`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part) ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : inlineText(escapeHtml(part)),
    )
    .join('');
}

// Only http(s) addresses become links; escaping has made quotes harmless before.
function inlineText(escaped: string): string {
  return escaped
    .replaceAll(
      /!?\[(?<label>[^\]]*)\]\((?<address>https?:\/\/[^\s)]+)\)/g,
      '<a href="$2" rel="noopener nofollow">$1</a>',
    )
    .replaceAll(/(?<before>^|[\s(])(?<address>https?:\/\/[^\s<)]+)/g, '$1<a href="$2" rel="noopener nofollow">$2</a>')
    .replaceAll(/\*\*(?<bold>[^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/&lt;(?<tag>\/?(?:details|summary|sub|sup|br\s*\/?))&gt;/g, ' ');
}
