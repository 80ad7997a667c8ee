import { Anchor } from '@mantine/core';

import { paths } from '../paths.ts';
import { Link } from './Link.tsx';

/** The way to where a credential is tested and mended, for what is blocked. */
export function ConnectionLink({ id }: { id: string }) {
  return (
    <Anchor component={Link} to={paths.githubConnection(id)} size="sm" fw={600}>
      Open the connection
    </Anchor>
  );
}
