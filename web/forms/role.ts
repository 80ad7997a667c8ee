/** The roles that an admin may give. */
export const ROLE_CHOICES = [
  { value: 'reporter', label: 'Reporter' },
  { value: 'admin', label: 'Admin' },
];

/** A select's value as the role that the API takes. */
export function asRole(value: string): 'reporter' | 'admin' {
  return value === 'admin' ? 'admin' : 'reporter';
}
