import type { SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { Html } from './sandbox-html.ts';
import type { Doing } from './sandbox-labels.ts';
import { createBranch, deleteBranch, pushCommit } from './sandbox-branches.ts';
import { html } from './sandbox-html.ts';
import { instant } from './sandbox-page-frame.ts';
import { findBranch } from './sandbox-state.ts';

/** The branches of a repository, newest commit first, with forms to push, make and delete. */
export function branchList(repository: SandboxRepository): Html {
  const branches = repository.branches.toSorted((a, b) => (a.committedAt < b.committedAt ? 1 : -1));
  const rows = branches.map(
    (branch) =>
      html`<li>
        <span class="row-title">${branch.name}</span>
        <div class="soft small">
          ${branch.sha.slice(0, 7)} · ${instant(branch.committedAt)}${branch.protected ? ' · protected' : ''}
        </div>
        <form method="post" class="line">
          <input type="hidden" name="branch" value="${branch.name}" />
          <button class="button" name="do" value="push">Push a commit</button>
          ${branch.name === repository.defaultBranch ? null : html`<button class="button" name="do" value="delete">Delete</button>`}
        </form>
      </li>`,
  );
  return html`<div class="card">
      <ul class="rows">
        ${rows.length === 0 ? html`<li class="soft">No branches yet.</li>` : rows}
      </ul>
    </div>
    <form method="post" class="card">
      <div class="in">
        <label for="branch">New branch</label> <input id="branch" name="branch" class="wide" required maxlength="200" />
        <div class="line"><button class="button main" name="do" value="create">Create branch</button></div>
      </div>
    </form>`;
}

/** Does what a form of the branches asks for. Returns a sentence when it cannot be done, else null. */
export function actOnBranch(world: SandboxWorld, doing: Doing, form: URLSearchParams): string | null {
  const name = (form.get('branch') ?? '').trim();
  const exists = findBranch(doing.repository, name) !== null;
  const wanted = form.get('do');
  if (wanted === 'create') {
    if (!/^[\w./-]+$/.test(name)) return 'A branch needs a name of letters, digits, dots, dashes and slashes.';
    if (exists) return 'There is such a branch already.';
    createBranch(world, doing, name);
    return null;
  }
  if (!exists) return 'There is no such branch.';
  if (wanted === 'push') pushCommit(world, doing, { branch: name, message: 'A change from the sandbox' });
  else if (wanted === 'delete' && name !== doing.repository.defaultBranch) deleteBranch(world, doing, name);
  else return 'This page knows no such action.';
  return null;
}
