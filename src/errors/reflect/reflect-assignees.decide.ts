import type { ReflectSettings } from '../errors.model.ts';

/** Who is on it: one at most in Sentry (user:ID or team:ID), any number on GitHub. */
export interface Assigned {
  sentry: string | null;
  github: readonly string[];
}

export interface AssigneeInput {
  /** Null: never compared yet. */
  agreed: Assigned | null;
  now: Assigned;
  /** Sentry's user:ID, team:ID or e-mail → GitHub login. Whoever is not in it is never touched. */
  people: Readonly<Record<string, string>>;
  direction: ReflectSettings['assign'];
}

/** What is changed on either side. `sentry`: whom to assign there, '' for nobody, null for no change. */
export interface AssigneeActs {
  sentry: string | null;
  add: string[];
  remove: string[];
}

/**
 * Who is assigned after both sides' changes since the last agreement, merged three ways (SPEC T5): what one side added or took
 * away, the other follows; Sentry's own new choice stands there, and everybody GitHub added stays on GitHub. At the first look
 * only Sentry's person is added on GitHub.
 */
export function decideAssignees({ agreed, now, people, direction }: AssigneeInput): AssigneeActs {
  const before = agreed ?? { sentry: null, github: now.github };
  const toGithub = direction === 'to_github' || direction === 'both';
  const toSentry = direction === 'to_sentry' || direction === 'both';
  const github = toGithub ? githubActs(before, now, people) : { add: [], remove: [] };
  return { ...github, sentry: toSentry && agreed !== null ? sentryAct(before, now, people) : null };
}

function githubActs(before: Assigned, now: Assigned, people: AssigneeInput['people']) {
  if (now.sentry === before.sentry) return { add: [], remove: [] };
  const chosen = loginOf(people, now.sentry);
  const former = loginOf(people, before.sentry);
  const add = chosen !== null && !has(now.github, chosen) ? [chosen] : [];
  const goes = former !== null && !same(former, chosen) && has(before.github, former) && has(now.github, former);
  return { add, remove: goes ? [former] : [] };
}

function sentryAct(before: Assigned, now: Assigned, people: AssigneeInput['people']): string | null {
  // Sentry's own new choice stands
  if (now.sentry !== before.sentry && now.sentry !== null) return null;
  const mapped = (logins: readonly string[]) => logins.filter((login) => keyOf(people, login) !== null);
  const added = mapped(now.github).filter((login) => !has(before.github, login));
  if (now.sentry === null) return keyOf(people, added[0] ?? null);
  const current = loginOf(people, now.sentry);
  const wasTakenOff = current !== null && has(before.github, current) && !has(now.github, current);
  return wasTakenOff ? (keyOf(people, added[0] ?? mapped(now.github)[0] ?? null) ?? '') : null;
}

function loginOf(people: AssigneeInput['people'], id: string | null): string | null {
  return id === null ? null : (people[id] ?? null);
}

function keyOf(people: AssigneeInput['people'], login: string | null): string | null {
  return Object.entries(people).find(([, mapped]) => same(mapped, login))?.[0] ?? null;
}

function has(logins: readonly string[], login: string): boolean {
  return logins.some((one) => same(one, login));
}

// GitHub's logins do not know upper and lower case apart
function same(one: string, other: string | null): boolean {
  return other !== null && one.toLowerCase() === other.toLowerCase();
}
