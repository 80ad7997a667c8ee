import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxSentryIssue } from './sentry-world.model.ts';
import type { PageFrame } from './sandbox-document.ts';
import type { Html } from './sandbox-html.ts';
import { pageOf, siteOf } from './sandbox-document.ts';
import { html } from './sandbox-html.ts';
import { SANDBOX_STYLE } from './sandbox-style.ts';
import { shownStatus } from './sentry-state.ts';

/** The same look as the sandbox's GitHub, told from it by its colour. */
const STYLE = `${SANDBOX_STYLE}
:root { --warn: #ece5fb; --warnink: #3a2368; --link: #5b34b0; --open: #b3261e; --closed: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --warn: #251a3f; --warnink: #d5c5f7; --link: #b69df5; --open: #b93a32; --closed: #238636; } }
.button.main { background: var(--link); border-color: var(--link); color: var(--bg); }
.frame { border-left: 3px solid var(--line); padding: 2px 0 2px 10px; margin: 6px 0; } .frame.own { border-color: var(--link); }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 12px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; }
nav.tabs { flex-wrap: wrap; } .line input { flex: 1; } .breaks { margin-bottom: 14px; }
td, th { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; }
`;
const SITE = siteOf('Sandbox Sentry', 'lives on this machine; nothing here reaches sentry.io', STYLE);

/** A whole page around `main`. */
export function sentryPage(frame: PageFrame, main: Html, status = 200): SandboxAnswer {
  return pageOf(SITE, frame, main, status);
}

const SUBSTATUS_WORDS: Record<string, string> = {
  new: 'New',
  ongoing: 'Ongoing',
  escalating: 'Escalating',
  regressed: 'Regressed',
  archived_until_escalating: 'Archived until it escalates',
  archived_until_condition_met: 'Archived until it happens often',
  archived_forever: 'Archived for ever',
};

/** Status in one word or two, as Sentry's own pages say it. */
export function statusBadge(issue: SandboxSentryIssue): Html {
  const status = shownStatus(issue);
  if (issue.autoResolved) return html`<span class="state closed">Resolved for its age</span>`;
  if (status === 'resolved')
    return html`<span class="state closed"
      >${issue.statusDetails['inNextRelease'] === true ? 'Resolved in the next release' : 'Resolved'}</span
    >`;
  const words = SUBSTATUS_WORDS[issue.substatus ?? ''] ?? (status === 'ignored' ? 'Archived' : 'Unresolved');
  return html`<span class="state ${status === 'ignored' ? 'skipped' : 'open'}">${words}</span>`;
}

/** The issue's links to elsewhere, such as the GitHub issue that the hub filed. */
export function linksOf(issue: SandboxSentryIssue): Html[] {
  return [
    ...issue.external.map(({ displayName, webUrl }) => ({ name: displayName, url: webUrl })),
    ...issue.native.map(({ key, url }) => ({ name: key, url })),
  ].map(({ name, url }) => (/^https?:\/\//u.test(url) ? html`<a href="${url}">${name}</a>` : html`${name}`));
}
