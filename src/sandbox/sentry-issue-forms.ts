import type { SandboxSentryIssue, SandboxSentryWorld } from './sentry-world.model.ts';
import type { Html } from './sandbox-html.ts';
import { html, raw } from './sandbox-html.ts';
import { inOrder } from './sentry-paging.ts';
import { shortIdOf, shownStatus } from './sentry-state.ts';

const MERGE_OFFERED_MAX = 50;

/** Everything one can do to an issue, as forms that work without a script. */
export function issueForms(world: SandboxSentryWorld, issue: SandboxSentryIssue): Html {
  if (issue.deleted) return happenForm();
  return html`${happenForm()}${statusForm(issue)}${assignForm(world, issue)}${priorityForm(issue)}${mergeForm(world, issue)}
    <form method="post">
      <label for="note"><strong>Comment</strong></label>
      <textarea id="note" name="text" required></textarea>
      <div class="line"><button class="button" name="do" value="note">Comment</button></div>
    </form>
    <form method="post" class="line">
      <button class="button wide" name="do" value="delete">Delete for ever</button>
    </form>`;
}

function happenForm(): Html {
  return html`<form method="post">
    <input type="hidden" name="do" value="happen" />
    <div class="line">
      <button class="button main" name="times" value="1">Happen again</button>
      <button class="button" name="times" value="10">Happen again 10 times</button>
    </div>
  </form>`;
}

function statusForm(issue: SandboxSentryIssue): Html {
  const status = shownStatus(issue);
  const button = (act: string, words: string): Html =>
    html`<div class="line"><button class="button wide" name="do" value="${act}">${words}</button></div>`;
  return html`<form method="post">
    ${
      status === 'resolved'
        ? null
        : [button('resolve', 'Resolve'), button('resolve_in_next_release', 'Resolve in the next release')]
    }${status === 'unresolved' ? null : button('unresolve', 'Open again')}${
      status === 'ignored'
        ? null
        : [button('archive', 'Archive until it escalates'), button('archive_forever', 'Archive for ever')]
    }${button('release', 'Release a new version')}
  </form>`;
}

function option(value: string, words: string, isChosen: boolean): Html {
  return html`<option value="${value}" ${raw(isChosen ? ' selected' : '')}>${words}</option>`;
}

function assignForm({ state }: SandboxSentryWorld, { assignedTo }: SandboxSentryIssue): Html {
  const chosen = (value: string, words: string): Html => option(value, words, (assignedTo ?? '') === value);
  return html`<form method="post" class="line">
    <select name="to" aria-label="Assign to">
      ${chosen('', 'Nobody')}${state.people.map(({ id, name }) => chosen(`user:${id}`, name))}${state.teams.map(
        ({ id, slug }) => chosen(`team:${id}`, `#${slug}`),
      )}
    </select>
    <button class="button" name="do" value="assign">Assign</button>
  </form>`;
}

function priorityForm({ priority }: SandboxSentryIssue): Html {
  return html`<form method="post" class="line">
    <select name="priority" aria-label="Priority">
      ${['high', 'medium', 'low'].map((word) => option(word, word, word === priority))}
    </select>
    <button class="button" name="do" value="priority">Set priority</button>
  </form>`;
}

function mergeForm(world: SandboxSentryWorld, issue: SandboxSentryIssue): Html | null {
  const others = inOrder(world, 'date').filter((other) => other !== issue && other.projectId === issue.projectId);
  if (others.length === 0) return null;
  return html`<form method="post" class="line">
    <select name="other" aria-label="Issue to merge with">
      ${others
        .slice(0, MERGE_OFFERED_MAX)
        .map((other) =>
          option(other.id, `${shortIdOf(world.state, other) ?? other.id} ${other.title.slice(0, 40)}`, false),
        )}
    </select>
    <button class="button" name="do" value="merge">Merge</button>
  </form>`;
}
