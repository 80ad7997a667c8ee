import { HttpProblem } from '../lib/problem.ts';
import type { Principal } from './accounts.model.ts';

export interface ChangedPerson {
  id: string;
  systemAdmin: boolean;
  /** Belongs to tenants besides the one asked about. */
  elsewhere: boolean;
}

export interface PersonChange {
  role?: 'reporter' | 'admin' | undefined;
  name?: string | undefined;
  disabled?: boolean | undefined;
}

/** Why this change of a person is refused, null when it may be. */
export function refusePersonChange(principal: Principal, person: ChangedPerson, change: PersonChange) {
  const self = principal.actor === `account:${person.id}`;
  if (self && (change.disabled === true || change.role !== undefined)) {
    return new HttpProblem(409, 'You cannot disable yourself or change your own role. Ask another admin.');
  }
  if (person.systemAdmin && change.role !== undefined) {
    return new HttpProblem(409, 'The role of a system admin cannot be changed here.');
  }
  if (self && change.name !== undefined) return null;
  return change.name === undefined && change.disabled === undefined ? null : refusePersonAccess(principal, person);
}

/**
 * Why a new password link for this person is refused, null when it may be made. The link opens all the person may see, so an
 * admin of one tenant may not make one for somebody who also belongs to another.
 */
export function refusePersonAccess(principal: Principal, person: ChangedPerson) {
  if (principal.role === 'system_admin') return null;
  if (person.systemAdmin) return new HttpProblem(403, 'Only a system admin can change a system admin.');
  if (!person.elsewhere) return null;
  return new HttpProblem(403, 'This person does not belong to your tenant alone. Ask a system admin.');
}
