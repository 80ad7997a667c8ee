import type { SandboxSentryException, SandboxSentryFrame } from './sentry-world.model.ts';
import type { SandboxSentryIssue, SandboxSentryWorld, SentryActivity } from './sentry-world.model.ts';
import type { Html } from './sandbox-html.ts';
import { html } from './sandbox-html.ts';
import { instant } from './sandbox-page-frame.ts';
import { issueForms } from './sentry-issue-forms.ts';
import { linksOf, statusBadge } from './sentry-page-frame.ts';
import { assigneeOf, projectOf, shortIdOf } from './sentry-state.ts';

/** One issue: what happened and where, how often, what became of it, and the forms to act on it. */
export function sentryIssuePage(world: SandboxSentryWorld, issue: SandboxSentryIssue): Html {
  const { state } = world;
  const links = linksOf(issue);
  return html`<p class="small"><a href="/">All issues</a></p>
    <h1>${issue.title.slice(0, 500)}</h1>
    <p class="soft">${statusBadge(issue)} ${shortIdOf(state, issue)} ${issue.culprit}</p>
    ${issue.deleted ? html`<p role="status">This issue was deleted. If the error happens again, Sentry makes a new one.</p>` : null}
    <div class="two">
      <div>
        ${issue.sample.exceptions.toReversed().map(exceptionCard)}${messageCard(issue)}${evidenceCard(issue)}
        <h2>What became of it</h2>
        ${issue.activity.map((entry) => activityLine(world, entry))}
        ${issue.activity.length === 0 ? html`<p class="soft">Nothing yet.</p>` : null}
      </div>
      <aside>
        <section>
          <h2>GitHub</h2>
          ${links.length === 0 ? html`<span class="soft">No issue is linked yet.</span>` : links}
        </section>
        <section>${facts(world, issue)}</section>
        ${issueForms(world, issue)}
      </aside>
    </div>`;
}

function exceptionCard({ type, value, handled, frames }: SandboxSentryException): Html {
  return html`<div class="card">
    <div class="top"><strong>${type}</strong> ${handled === false ? 'not handled' : null}</div>
    <div class="in">
      <p>${value}</p>
      ${frames.toReversed().map(frameLines)}
    </div>
  </div>`;
}

function frameLines({ filename, function: name, lineNo, inApp, context }: SandboxSentryFrame): Html {
  const code = context.map(([line, text]) => `${line}  ${text}`).join('\n');
  return html`<div class="frame${inApp ? ' own' : ''}">
    <code>${filename ?? '?'}${lineNo === null ? null : `:${lineNo}`}</code> in <code>${name ?? '?'}</code>
    ${code === '' ? null : html`<pre tabindex="0">${code}</pre>`}
  </div>`;
}

function messageCard({ sample }: SandboxSentryIssue): Html | null {
  if (sample.message === '') return null;
  return html`<div class="card">
    <div class="top"><strong>Message</strong></div>
    <div class="in"><pre tabindex="0">${sample.message}</pre></div>
  </div>`;
}

function evidenceCard({ sample: { occurrence } }: SandboxSentryIssue): Html | null {
  if (occurrence === null) return null;
  return html`<div class="card">
    <div class="top"><strong>${occurrence.subtitle}</strong></div>
    <div class="in">
      <table>
        ${occurrence.evidence.map(
          ({ name, value }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </table>
    </div>
  </div>`;
}

function facts({ state }: SandboxSentryWorld, issue: SandboxSentryIssue): Html {
  const event = issue.occasions.at(-1);
  const assignee = issue.assignedTo === null ? null : assigneeOf(state, issue.assignedTo);
  const rows: [string, Html | string | number | null | undefined][] = [
    ['Project', projectOf(state, issue).name],
    ['Level', issue.level],
    ['Priority', issue.priority],
    ['Events', issue.count],
    ['Users', issue.userCount],
    ['First seen', issue.firstSeen === null ? null : instant(issue.firstSeen)],
    ['Last seen', issue.lastSeen === null ? null : instant(issue.lastSeen)],
    ['Release', event?.release],
    ['Environment', event?.environment],
    ['Assigned to', assignee?.name],
  ];
  return html`<h2>Facts</h2>
    <dl>
      ${rows.map(([name, value]) =>
        value === null || value === undefined
          ? html``
          : html`<dt>${name}</dt>
              <dd>${value}</dd>`,
      )}
    </dl>`;
}

const ACTIVITY_WORDS: Record<string, string> = {
  set_resolved: 'resolved it',
  set_unresolved: 'opened it again',
  set_ignored: 'archived it',
  set_regression: 'saw it happen again after it was resolved',
  set_escalating: 'saw it escalate',
  assigned: 'assigned it',
  unassigned: 'took the assignment back',
  set_priority: 'set the priority',
  merge: 'merged issues into it',
  note: 'wrote',
};

function activityLine({ state }: SandboxSentryWorld, { personId, appId, type, data, at }: SentryActivity): Html {
  const name =
    state.people.find(({ id }) => id === personId)?.name ?? state.apps.find(({ uuid }) => uuid === appId)?.name;
  const text = typeof data['text'] === 'string' ? data['text'] : null;
  return html`<div class="event">
    <strong>${name ?? 'Sentry'}</strong> ${ACTIVITY_WORDS[type] ?? type} · ${instant(at)}
    ${text === null ? null : html`<blockquote>${text}</blockquote>`}
  </div>`;
}
