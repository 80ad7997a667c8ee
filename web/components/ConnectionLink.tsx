import { Anchor } from '@mantine/core';

import { paths } from '../paths.ts';
import { Link } from './Link.tsx';

/** The way to where a credential is tested and mended, for what is blocked: GitHub’s, or Sentry’s. */
export function ConnectionLink({ id, sentry = false }: { id: string; sentry?: boolean }) {
  return (
    <Anchor component={Link} to={sentry ? paths.sentryConnection(id) : paths.githubConnection(id)} size="sm" fw={600}>
      Open the connection
    </Anchor>
  );
}
