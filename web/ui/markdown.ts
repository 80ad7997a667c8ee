import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true });

// A picture would be fetched from anywhere by everyone who looks: it becomes a link that one may open.
markdown.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index];
  const address = markdown.utils.escapeHtml(String(token?.attrGet('src') ?? ''));
  const name = markdown.utils.escapeHtml(
    token?.content === undefined || token.content === '' ? 'picture' : token.content,
  );
  return `<a href="${address}">${name}</a>`;
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  // they scroll by themselves where they are too wide, and a keyboard must get there
  if (node.tagName === 'PRE' || node.tagName === 'TABLE') node.setAttribute('tabindex', '0');
  if (node.tagName !== 'A') return;
  node.setAttribute('rel', 'noopener noreferrer nofollow');
  node.setAttribute('target', '_blank');
});

// A header cell without words is none; and the page's policy refuses the style that an alignment would be.
markdown.core.ruler.push('table_cells', ({ tokens }) => {
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'th_open' || token.type === 'td_open') token.attrs = null;
    const closing = tokens[index + 2];
    if (token.type !== 'th_open' || tokens[index + 1]?.content !== '' || closing === undefined) continue;
    token.tag = 'td';
    closing.tag = 'td';
  }
});

const ALLOWED_TAGS = [
  'p',
  'br',
  'strong',
  'em',
  's',
  'code',
  'pre',
  'blockquote',
  'ul',
  'ol',
  'li',
  'a',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
];

/** Markdown of a user as HTML that can do no harm: raw HTML is shown as text, and what is left is sanitised. */
export function safeHtml(source: string): string {
  return DOMPurify.sanitize(markdown.render(source), { ALLOWED_TAGS, ALLOWED_ATTR: ['href'] });
}
