import { createHash } from 'node:crypto';
import type { SandboxAnswer, SandboxIssue, SandboxRepository } from './sandbox.model.ts';
import type { Html } from './sandbox-html.ts';
import { html, raw } from './sandbox-html.ts';
import { findLabel } from './sandbox-state.ts';
import { SANDBOX_STYLE } from './sandbox-style.ts';

// In one piece: whitespace put in by a formatter would change the hash.
const STYLE_ELEMENT = raw(`<style>${SANDBOX_STYLE}</style>`);
const STYLE_HASH = createHash('sha256').update(SANDBOX_STYLE).digest('base64');

// No script at all; the one style block is named by its hash; forms go home only; no other site may frame the page.
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** Who looks, and where the page is: the switch of persons leads back there. */
export interface PageFrame {
  title: string;
  actor: string;
  people: readonly string[];
  path: string;
}

/** A whole page around `main`. */
export function page(frame: PageFrame, main: Html, status = 200): SandboxAnswer {
  const people = frame.people.map(
    (login) => html`<option value="${login}" ${raw(login === frame.actor ? ' selected' : '')}>${login}</option>`,
  );
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${frame.title} · Sandbox GitHub</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <div>
            <a href="/">Sandbox GitHub</a
            ><span class="small">lives on this machine; nothing here reaches github.com</span>
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
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    },
    text: document.html,
  };
}

/** After a form: the browser asks for the page anew. Only paths of this server are followed. */
export function seeOther(path: string, headers: Record<string, string> = {}): SandboxAnswer {
  const safe = /^\/(?![/\\])[^\r\n]*$/.test(path) ? path : '/';
  return { status: 303, headers: { location: safe, ...headers }, text: '' };
}

export function stateBadge(issue: SandboxIssue): Html {
  if (issue.pull !== null && issue.pull.mergedAt !== null) return html`<span class="state closed">Merged</span>`;
  if (issue.state === 'open') return html`<span class="state open">Open</span>`;
  const words = {
    completed: 'Closed as completed',
    not_planned: 'Closed as not planned',
    duplicate: 'Closed as duplicate',
  };
  const reason = issue.stateReason;
  if (reason === null || reason === 'reopened') return html`<span class="state closed">Closed</span>`;
  return html`<span class="state ${reason === 'completed' ? 'closed' : 'skipped'}">${words[reason]}</span>`;
}

/** A label with its colour as a dot (an svg, because the policy allows no style attributes); `more` stands behind the name. */
export function labelTag(repository: SandboxRepository, name: string, more: Html = raw('')): Html {
  const color = findLabel(repository, name)?.color ?? 'ededed';
  return html`<span class="label"
    ><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill="#${color}" /></svg
    >${name}${more}</span
  >`;
}

/** An instant as people read it, in UTC. */
export function instant(at: string): Html {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time>`;
}
