import type { SandboxAnswer, SandboxRepository, SandboxState } from './sandbox.model.ts';
import type { SandboxError } from './sandbox-answers.ts';
import type { JsonObject } from './sandbox-call.ts';
import { isJsonObject, isStringList } from './sandbox-call.ts';
import { invalidRequest, validationFailed } from './sandbox-answers.ts';
import { isAssignable } from './sandbox-access.ts';

/** GitHub's limits, in code points. */
export const TITLE_LENGTH_MAX = 256;
export const BODY_LENGTH_MAX = 65_536;
export const LABEL_NAME_LENGTH_MAX = 50;
const LABEL_DESCRIPTION_LENGTH_MAX = 100;
const LABELS_PER_ISSUE_MAX = 100;
const ASSIGNEES_PER_ISSUE_MAX = 10;

/** What a create or an update may carry, of the right types. Absent members stay absent. */
export interface IssueFields {
  title?: string;
  body?: string | null;
  labels?: string[];
  assignees?: string[];
  milestone?: number | null;
  type?: string | null;
}

/** Reads the members by type. A wrong type is refused before any rule is looked at. */
export function readIssueFields(body: JsonObject): IssueFields | SandboxAnswer {
  const fields: IssueFields = {};
  const { title, body: text, labels, assignees, assignee, milestone, type } = body;
  if (typeof title === 'string' || typeof title === 'number') fields.title = String(title);
  else if (title !== undefined && title !== null) return wrongType('title', title, 'a string');
  if (typeof text === 'string' || text === null) fields.body = text;
  else if (text !== undefined) return wrongType('body', text, 'a string');
  if (labels !== undefined && labels !== null) {
    const names = labelNames(labels);
    if (names === null) return wrongType('labels', labels, 'an array');
    fields.labels = names;
  }
  if (isStringList(assignees)) fields.assignees = assignees.slice(0, ASSIGNEES_PER_ISSUE_MAX);
  else if (assignees !== undefined && assignees !== null) return wrongType('assignees', assignees, 'an array');
  else if (typeof assignee === 'string') fields.assignees = [assignee];
  if (typeof milestone === 'number' || milestone === null) fields.milestone = milestone;
  else if (milestone !== undefined) return wrongType('milestone', milestone, 'an integer');
  if (typeof type === 'string' || type === null) fields.type = type;
  else if (type !== undefined) return wrongType('type', type, 'a string');
  return fields;
}

/** Label names of a list that may hold strings and objects with a name; null when it holds anything else. */
export function labelNames(labels: unknown): string[] | null {
  if (!Array.isArray(labels)) return null;
  const names = labels.map((label: unknown) => (isJsonObject(label) ? label['name'] : label));
  return isStringList(names) ? names : null;
}

/** The 422 for fields that break a rule, or null. Counted in code points, as GitHub counts. */
export function refuseIssueFields(
  state: SandboxState,
  repository: SandboxRepository,
  fields: IssueFields,
): SandboxAnswer | null {
  const errors: SandboxError[] = [];
  if (fields.title !== undefined && fields.title.trim() === '')
    errors.push({ resource: 'Issue', code: 'missing_field', field: 'title' });
  if (longerThan(fields.title, TITLE_LENGTH_MAX)) errors.push(tooLong('Issue', 'title', TITLE_LENGTH_MAX));
  if (longerThan(fields.body, BODY_LENGTH_MAX)) errors.push(tooLong('Issue', 'body', BODY_LENGTH_MAX));
  errors.push(...labelListErrors(fields.labels ?? []));
  for (const login of fields.assignees ?? []) {
    if (!isAssignable(state, repository, login))
      errors.push({ value: login, resource: 'Issue', field: 'assignees', code: 'invalid' });
  }
  if (
    typeof fields.milestone === 'number' &&
    !repository.milestones.some(({ number }) => number === fields.milestone)
  ) {
    errors.push({ value: fields.milestone, resource: 'Issue', field: 'milestone', code: 'invalid' });
  }
  return errors.length === 0 ? null : validationFailed(errors);
}

/** What is wrong with the names of labels that shall stand on one issue. */
export function labelListErrors(names: readonly string[]): SandboxError[] {
  const errors: SandboxError[] = [];
  if (names.length > LABELS_PER_ISSUE_MAX) errors.push({ resource: 'Issue', code: 'invalid', field: 'labels' });
  for (const name of names) {
    if (longerThan(name, LABEL_NAME_LENGTH_MAX)) errors.push(tooLong('Label', 'name', LABEL_NAME_LENGTH_MAX));
    if (name.trim() === '') errors.push({ resource: 'Label', code: 'missing_field', field: 'name' });
  }
  return errors;
}

/** What is wrong with a label that shall be made. */
export function labelErrors(label: { name: string; color: string; description: string | null }): SandboxError[] {
  const errors = labelListErrors([label.name]);
  if (!/^[0-9a-f]{6}$/i.test(label.color)) errors.push({ resource: 'Label', code: 'invalid', field: 'color' });
  if (longerThan(label.description, LABEL_DESCRIPTION_LENGTH_MAX)) {
    errors.push(tooLong('Label', 'description', LABEL_DESCRIPTION_LENGTH_MAX));
  }
  return errors;
}

export function tooLong(resource: string, field: string, max: number): SandboxError {
  return { resource, code: 'custom', field, message: `${field} is too long (maximum is ${max} characters)` };
}

/** Whether a text has more code points than `max`. Text whose UTF-16 length already fits is not walked. */
export function longerThan(text: string | null | undefined, max: number): boolean {
  if (text === null || text === undefined || text.length <= max) return false;
  let points = 0;
  for (const _point of text) points += 1;
  return points > max;
}

function wrongType(field: string, value: unknown, wanted: string): SandboxAnswer {
  return invalidRequest(`For 'properties/${field}', ${JSON.stringify(value).slice(0, 80)} is not ${wanted}.`);
}
