import type { GithubFailure } from './github.model.ts';
import type {
  FieldWrite,
  GithubProject,
  ProjectField,
  ProjectFieldValue,
  ProjectRef,
} from './github-projects.model.ts';
import { isTooHeavy, type QueryAnswer } from './github-graphql.decide.ts';

const ADDRESS = /^(https?:\/\/[^/]+)\/(orgs|users)\/([^/]+)\/projects\/(\d+)(?:\/|$)/u;

/** What the address of a Projects v2 board names, and the origin it is at; null when it is none. */
export function projectAt(address: string): (ProjectRef & { origin: string }) | null {
  const [, root = '', kind = '', login = '', number = ''] = ADDRESS.exec(address.trim()) ?? [];
  const origin = URL.parse(root)?.origin;
  if (origin === undefined) return null;
  return { origin, owner: kind === 'orgs' ? 'organization' : 'user', login, number: Number(number) };
}

/** What is to be set on a project's item, and in one sentence each why something cannot be. */
export interface FieldPlan {
  writes: FieldWrite[];
  problems: string[];
}

/** Finds the fields that a connection names in a project as it is now. Names match in any case, an exact one first. */
export function planFields(project: Pick<GithubProject, 'fields'>, wanted: Record<string, string>): FieldPlan {
  const plan: FieldPlan = { writes: [], problems: [] };
  for (const [name, text] of Object.entries(wanted)) {
    const field = named(project.fields, name);
    const value = field === null ? `The project has no field "${name}".` : valueFor(field, text);
    if (typeof value === 'string') plan.problems.push(value);
    else if (field !== null) plan.writes.push({ fieldId: field.id, name: field.name, value });
  }
  return plan;
}

function valueFor(field: ProjectField, text: string): ProjectFieldValue | string {
  switch (field.type) {
    case 'TEXT':
      return { text };
    case 'NUMBER': {
      const number = Number(text);
      return Number.isFinite(number) ? { number } : `"${field.name}" takes a number, not "${text}".`;
    }
    case 'DATE':
      return isDate(text) ? { date: text } : `"${field.name}" takes a date as 2026-11-21, not "${text}".`;
    case 'SINGLE_SELECT': {
      const option = named(field.choices, text);
      return option === null ? noChoice(field, 'option', text) : { singleSelectOptionId: option.id };
    }
    case 'ITERATION': {
      const iteration = named(field.choices, text);
      return iteration === null ? noChoice(field, 'iteration', text) : { iterationId: iteration.id };
    }
    default:
      return `"${field.name}" cannot be set on a project: the issue brings it along.`;
  }
}

const CHOICES_SHOWN_MAX = 10;

function noChoice(field: ProjectField, what: string, text: string): string {
  const there = field.choices.slice(0, CHOICES_SHOWN_MAX).map(({ name }) => name);
  const more = field.choices.length > there.length ? ', …' : '';
  const rest = there.length === 0 ? '' : `; there are: ${there.join(', ')}${more}`;
  return `"${field.name}" has no ${what} "${text}"${rest}.`;
}

function isDate(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // the 31st of February is read as a day in March
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function named<T extends { name: string }>(things: readonly T[], name: string): T | null {
  const lower = name.toLowerCase();
  return things.find((one) => one.name === name) ?? things.find((one) => one.name.toLowerCase() === lower) ?? null;
}

/** Lets a classic token write to projects; for others it is a permission of this name. */
const MISSING = { INSUFFICIENT_SCOPES: 'the scope "project"', FORBIDDEN: 'Projects: read and write' };

/**
 * What it means when GraphQL refuses a question about projects, with status 200 (facts 2.4, and the types that GitHub answers with:
 * NOT_FOUND, FORBIDDEN, INSUFFICIENT_SCOPES, UNPROCESSABLE). Null: it refused nothing.
 */
export function queryFailure(
  answer: Pick<QueryAnswer, 'errors'>,
  common: { write: boolean; status: number; requestId: string | null; app?: true },
): GithubFailure | null {
  const { write, ...said } = common;
  const [first] = answer.errors;
  if (first === undefined) return null;
  const failure = { ...said, message: first.message };
  // it gave up in the middle: nobody knows what it did
  if (isTooHeavy({ data: null, errors: answer.errors }))
    return { ...failure, kind: write ? 'outcome_unknown' : 'unavailable' };
  switch (first.type) {
    case 'INSUFFICIENT_SCOPES':
    case 'FORBIDDEN':
      return { ...failure, kind: 'forbidden', missingPermissions: MISSING[first.type] };
    case 'NOT_FOUND':
      return { ...failure, kind: 'not_found' };
    case 'UNPROCESSABLE':
      return { ...failure, kind: 'invalid', errors: [{ message: first.message }] };
    default:
      return { ...failure, kind: 'unexpected' };
  }
}
