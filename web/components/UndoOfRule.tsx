import { Button, Group, Text } from '@mantine/core';

import { paths } from '../paths.ts';
import { Link } from './Link.tsx';

/** The way to what a rule wrote, to take it back. */
export function UndoOfRule({ id }: { id: string }) {
  return (
    <Group justify="space-between" mt="xl" pt="lg" style={{ borderTop: '1px solid var(--edge)' }}>
      <Text c="dimmed" flex="1 1 260px">
        What it wrote to GitHub and Sentry can be taken back, all of it or that of a span of time. First it is shown.
      </Text>
      <Button component={Link} to={paths.undo(new URLSearchParams({ rule: id }).toString())} variant="default">
        Take back what it did
      </Button>
    </Group>
  );
}
