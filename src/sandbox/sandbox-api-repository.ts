import type { SandboxAnswer } from './sandbox.model.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import { created, invalidRequest, noContent, notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { jsonBody } from './sandbox-call.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { isAssignable, mayAtLeast, peopleOf } from './sandbox-access.ts';
import { createLabel as makeLabel, deleteLabel, editLabel } from './sandbox-labels.ts';
import { findLabel, LABEL_COLOR_DEFAULT } from './sandbox-state.ts';
import { labelShape, milestoneShape } from './sandbox-shapes.ts';
import { repositoryShape, userShape } from './sandbox-shapes-people.ts';
import { labelErrors } from './sandbox-validate.ts';

/** `GET /repos/{owner}/{repo}`. */
export function getRepository(call: RepositoryCall): SandboxAnswer {
  return ok(repositoryShape(call.context, call.repository, call.role));
}

/** `GET …/labels`, by name. */
export function listLabels(call: RepositoryCall): SandboxAnswer {
  const labels = call.repository.labels.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  return paged(
    call,
    labels.map((label) => labelShape(call.context, call.repository, label)),
    'labels',
  );
}

/** `POST …/labels`: 422 already_exists when the name is taken, whatever its case. */
export function createLabel(call: RepositoryCall): SandboxAnswer {
  if (!mayAtLeast(call.role, 'push')) return notFound();
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  if (call.repository.archived) return refusal(403, 'Repository was archived so is read-only.');
  const { name, color, description } = read.body;
  if (typeof name !== 'string') return invalidRequest('"name" wasn\'t supplied.');
  const label = {
    name,
    color: typeof color === 'string' ? color.toLowerCase() : LABEL_COLOR_DEFAULT,
    description: typeof description === 'string' ? description : null,
  };
  const errors = labelErrors(label);
  if (findLabel(call.repository, name) !== null)
    errors.push({ resource: 'Label', code: 'already_exists', field: 'name' });
  if (errors.length > 0) return validationFailed(errors);
  return created(labelShape(call.context, call.repository, makeLabel(call.world, doingOf(call), label)));
}

/** `GET …/labels/{name}`. */
export function getLabel(call: RepositoryCall): SandboxAnswer {
  const label = findLabel(call.repository, call.params[0] ?? '');
  return label === null ? notFound() : ok(labelShape(call.context, call.repository, label));
}

/** `PATCH …/labels/{name}`: of what may be changed only the description is. */
export function changeLabel(call: RepositoryCall): SandboxAnswer {
  const label = findLabel(call.repository, call.params[0] ?? '');
  if (!mayAtLeast(call.role, 'push') || label === null) return notFound();
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const { description } = read.body;
  const edit = typeof description === 'string' ? { description } : {};
  const errors = labelErrors({ ...label, ...edit });
  if (errors.length > 0) return validationFailed(errors);
  editLabel(call.world, doingOf(call), label, edit);
  return ok(labelShape(call.context, call.repository, label));
}

/** `DELETE …/labels/{name}`. */
export function removeLabel(call: RepositoryCall): SandboxAnswer {
  const label = findLabel(call.repository, call.params[0] ?? '');
  if (!mayAtLeast(call.role, 'push') || label === null) return notFound();
  deleteLabel(call.world, doingOf(call), label);
  return noContent();
}

function doingOf({ repository, viewer }: RepositoryCall) {
  return { repository, actor: viewer?.login ?? 'ghost' };
}

/** `GET …/assignees`. */
export function listAssignees(call: RepositoryCall): SandboxAnswer {
  return paged(
    call,
    peopleOf(call.world.state, call.repository).map((login) => userShape(call.context, login)),
    'assignees',
  );
}

/** `GET …/assignees/{login}`: 204 when the person can be assigned, else 404. */
export function checkAssignee(call: RepositoryCall): SandboxAnswer {
  return isAssignable(call.world.state, call.repository, call.params.at(-1) ?? '') ? noContent() : notFound();
}

/** `GET …/milestones`, open ones unless asked otherwise. */
export function listMilestones(call: RepositoryCall): SandboxAnswer {
  const state = call.query.get('state') ?? 'open';
  const milestones = call.repository.milestones.filter((milestone) => state === 'all' || milestone.state === state);
  return paged(
    call,
    milestones.map((milestone) => milestoneShape(call.context, call.repository, milestone)),
    'milestones',
  );
}

/** `GET …/milestones/{number}`. */
export function getMilestone(call: RepositoryCall): SandboxAnswer {
  const milestone = call.repository.milestones.find(({ number }) => number === Number(call.params[0]));
  return milestone === undefined ? notFound() : ok(milestoneShape(call.context, call.repository, milestone));
}

/** A classic page of a list below the repository. */
export function paged(call: RepositoryCall, shapes: object[], below: string): SandboxAnswer {
  const page = pageByNumber(shapes, call.query, `${call.context.api}/repositories/${call.repository.id}/${below}`);
  return ok(page.items, page.headers);
}
