import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';

import { Link } from './Link.tsx';

/** Above a heading: the list that this one thing is in. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" c="dimmed" mb={4} style={{ alignSelf: 'flex-start' }}>
      <IconArrowLeft size={13} aria-hidden="true" /> {children}
    </Anchor>
  );
}
