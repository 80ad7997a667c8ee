import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';

import { namesQuery } from '../api/mirror-queries.ts';
import type { Names } from '../mirror-filter.ts';

/** owner/name of the repository whose page is open. */
export function useFullName(): string {
  const { owner = '', name = '' } = useParams({ strict: false });
  return `${owner}/${name}`;
}

/** The text of the filter in the address. */
export function useFilterText(): string {
  const { q = '' } = useSearch({ strict: false });
  return q;
}

/** Labels and logins for the filter; none until they are there. */
export function useNames(fullName: string): Names {
  const { data } = useQuery(namesQuery(fullName));
  return data ?? { labels: [], logins: [] };
}
