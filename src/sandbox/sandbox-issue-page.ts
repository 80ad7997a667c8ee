import type { SandboxComment, SandboxIssue } from './sandbox.model.ts';
import type { SandboxEvent } from './sandbox-records.model.ts';
import type { Html } from './sandbox-html.ts';
import type { IssueOf } from './sandbox-shapes.ts';
import { html } from './sandbox-html.ts';
import { markdown } from './sandbox-markdown.ts';
import { instant, labelTag, stateBadge } from './sandbox-page-frame.ts';
import { pullSection } from './sandbox-pull-page.ts';
import { fullNameOf } from './sandbox-state.ts';

/** The page of one issue: what was written, what happened, and forms to act on it. */
export function issuePage(of: IssueOf): Html {
  const { repository, issue } = of;
  const name = fullNameOf(repository);
  return html` <p class="small"><a href="/${name}">${name}</a></p>
    <h1>${issue.title} <span class="soft">#${issue.number}</span></h1>
    <p>
      ${stateBadge(issue)}
      <span class="soft small"
        >${issue.author} opened this ${issue.pull === null ? 'issue' : 'pull request'} on
        ${instant(issue.createdAt)}</span
      >
    </p>
    <div class="two">
      <div>
        ${written(issue.author, issue.createdAt, issue.body ?? '*No description.*')} ${timeline(of)}
        ${commentForm(issue)}
      </div>
      <aside>
        ${pullSection(of)} ${labelsSection(of)} ${assigneesSection(of)}
        <section>
          <h2>State</h2>
          ${stateForms(issue)}
        </section>
      </aside>
    </div>`;
}

function written(author: string, at: string, body: string): Html {
  return html`<article class="card">
    <div class="top"><strong>${author}</strong> ${instant(at)}</div>
    <div class="in">${markdown(body)}</div>
  </article>`;
}

/** Comments and events in one line of time; of two in the same second the comment comes first. */
function timeline({ repository, issue }: IssueOf): Html[] {
  const comments: (SandboxComment | SandboxEvent)[] = repository.comments[issue.number] ?? [];
  const events = repository.events[issue.number] ?? [];
  return [...comments, ...events]
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : Number(a.createdAt > b.createdAt)))
    .map((entry) => ('body' in entry ? written(entry.author, entry.createdAt, entry.body) : eventLine(entry)));
}

const REASONS: Record<string, string> = {
  completed: ' as completed',
  not_planned: ' as not planned',
  duplicate: ' as duplicate',
};

function eventLine(entry: SandboxEvent): Html {
  const words: Record<SandboxEvent['event'], string> = {
    closed: `closed this${REASONS[entry.detail] ?? ''}`,
    reopened: 'reopened this',
    labeled: `added the label ${entry.detail}`,
    unlabeled: `removed the label ${entry.detail}`,
    assigned: `assigned ${entry.detail}`,
    unassigned: `unassigned ${entry.detail}`,
    converted_to_discussion: 'converted this to a discussion',
    renamed: `changed the title to “${entry.detail}”`,
  };
  return html`<div class="event">
    <strong>${entry.actor}</strong> ${words[entry.event]} · ${instant(entry.createdAt)}
  </div>`;
}

function commentForm(issue: SandboxIssue): Html {
  return html`<form method="post" class="card">
    <div class="in">
      <label for="comment"><strong>Add a comment</strong></label>
      <textarea id="comment" name="body" required maxlength="65536"></textarea>
      <div class="line">
        <button class="button main" name="do" value="comment">Comment</button>
        ${issue.state === 'open' ? html`<button class="button" name="do" value="comment_and_close">Comment and close as completed</button>` : null}
      </div>
    </div>
  </form>`;
}

function labelsSection({ repository, issue }: IssueOf): Html {
  const free = repository.labels.filter((label) => !issue.labels.includes(label.name));
  const shown = issue.labels.map((name) =>
    labelTag(
      repository,
      name,
      html` <button name="label" value="${name}" aria-label="Remove the label ${name}">×</button>`,
    ),
  );
  return html`<section>
    <h2>Labels</h2>
    <form method="post">
      <input
        type="hidden"
        name="do"
        value="unlabel"
      />${shown.length === 0 ? html`<span class="soft">None yet</span>` : shown}
    </form>
    <form method="post" class="line">
      <select name="label" aria-label="Label to add">
        ${free.map((label) => html`<option>${label.name}</option>`)}
      </select>
      <button class="button" name="do" value="label">Add label</button>
    </form>
  </section>`;
}

function assigneesSection({ repository, issue }: IssueOf): Html {
  const free = Object.keys(repository.roles).filter((login) => !issue.assignees.includes(login));
  const shown = issue.assignees.map(
    (login) =>
      html`<span class="label"
        >${login} <button name="login" value="${login}" aria-label="Unassign ${login}">×</button></span
      >`,
  );
  return html`<section>
    <h2>Assignees</h2>
    <form method="post">
      <input
        type="hidden"
        name="do"
        value="unassign"
      />${shown.length === 0 ? html`<span class="soft">Nobody</span>` : shown}
    </form>
    <form method="post" class="line">
      <select name="login" aria-label="Person to assign">
        ${free.map((login) => html`<option>${login}</option>`)}
      </select>
      <button class="button" name="do" value="assign">Assign</button>
    </form>
  </section>`;
}

function stateForms(issue: SandboxIssue): Html {
  if (issue.state === 'closed')
    return html`<form method="post"><button class="button wide" name="do" value="reopen">Reopen</button></form>`;
  if (issue.pull !== null)
    return html`<form method="post">
      <button class="button wide" name="do" value="close_completed">Close</button>
    </form>`;
  return html`<form method="post">
      <div class="line"><button class="button wide" name="do" value="close_completed">Close as completed</button></div>
      <div class="line">
        <button class="button wide" name="do" value="close_not_planned">Close as not planned</button>
      </div>
    </form>
    <form method="post" class="line">
      <input
        name="original"
        inputmode="numeric"
        pattern="#?[0-9]+"
        size="6"
        placeholder="#"
        aria-label="Number of the original issue"
      />
      <button class="button" name="do" value="close_duplicate">Close as duplicate</button>
    </form> `;
}
