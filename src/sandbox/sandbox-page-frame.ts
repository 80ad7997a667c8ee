import type { SandboxAnswer, SandboxIssue, SandboxRepository } from './sandbox.model.ts';
import type { PageFrame } from './sandbox-document.ts';
import type { Html } from './sandbox-html.ts';
import { pageOf, siteOf } from './sandbox-document.ts';
import { html, raw } from './sandbox-html.ts';
import { findLabel } from './sandbox-state.ts';
import { SANDBOX_STYLE } from './sandbox-style.ts';

const SITE = siteOf('Sandbox GitHub', 'lives on this machine; nothing here reaches github.com', SANDBOX_STYLE);

/** A whole page around `main`. */
export function page(frame: PageFrame, main: Html, status = 200): SandboxAnswer {
  return pageOf(SITE, frame, main, status);
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
