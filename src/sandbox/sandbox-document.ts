import { createHash } from 'node:crypto';
import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { Html } from './sandbox-html.ts';
import { html, raw } from './sandbox-html.ts';

/** One of the sandbox's sites: what stands in the head of each of its pages. */
export interface Site {
  name: string;
  note: string;
  style: Html;
  policy: string;
}

/** Who looks, and where the page is: the switch of persons leads back there. */
export interface PageFrame {
  title: string;
  actor: string;
  people: readonly { value: string; name: string }[];
  path: string;
}

// No script at all; the one style block is named by its hash; forms go home only; no other site may frame the page.
export function siteOf(name: string, note: string, style: string): Site {
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    name,
    note,
    // In one piece: whitespace put in by a formatter would change the hash.
    style: raw(`<style>${style}</style>`),
    policy: `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  };
}

/** A whole page of a site around `main`. */
export function pageOf(site: Site, frame: PageFrame, main: Html, status: number): SandboxAnswer {
  const people = frame.people.map(
    ({ value, name }) =>
      html`<option value="${value}" ${raw(value === frame.actor ? ' selected' : '')}>${name}</option>`,
  );
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${frame.title} · ${site.name}</title>
        <link rel="icon" href="data:," />
        ${site.style}
      </head>
      <body>
        <header>
          <div>
            <a href="/">${site.name}</a><span class="small">${site.note}</span>
            <form method="post" action="/actor">
              <input type="hidden" name="back" value="${frame.path}" /><label class="small" for="actor"
                >You act as</label
              >
              <select id="actor" name="actor">
                ${people}</select
              ><button class="button">Switch</button>
            </form>
          </div>
        </header>
        <main>${main}</main>
      </body>
    </html> `;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': site.policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    },
    text: document.html,
  };
}

/** Whether a form came from a page of this very server: another site, or a name bound to 127.0.0.1, is refused. */
export function isFromHere(web: string, request: SandboxRequest): boolean {
  const { origin, port } = new URL(web);
  return [origin, `http://localhost:${port}`].includes(request.headers.origin ?? '');
}
