import { Anchor, Button, Center, Stack, Text, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';

import { ApiError, sentenceOf } from '../api/errors.ts';
import { paths } from '../paths.ts';
import { WaitingRows } from '../ui/Waiting.tsx';
import { Link } from './Link.tsx';

/** A page whose code is still on its way. */
export function PagePending() {
  return (
    <div style={{ padding: 'var(--mantine-spacing-lg)' }}>
      <WaitingRows />
    </div>
  );
}

/** An address that leads nowhere, or to something that is not ours to see: both read the same. */
export function PageMissing() {
  return (
    <Center mih="60vh" p="lg">
      <Stack align="center" gap="sm">
        <title>Not found · Throughline</title>
        <Title order={1} id="page-heading" tabIndex={-1}>
          There is nothing here
        </Title>
        <Text c="dimmed">The address is wrong, or what it led to is not yours to see.</Text>
        <Anchor component={Link} to={paths.home()}>
          Go to the start
        </Anchor>
      </Stack>
    </Center>
  );
}

/** A page that broke. Says what can be done; the code stays in the console. */
export function PageError({ error, reset }: ErrorComponentProps) {
  if (error instanceof ApiError && error.status === 404) return <PageMissing />;
  return (
    <Center mih="60vh" p="lg">
      <Stack align="center" gap="sm" role="alert">
        <title>Error · Throughline</title>
        <Title order={1} id="page-heading" tabIndex={-1}>
          This page could not be shown
        </Title>
        <Text c="dimmed" maw="52ch" ta="center">
          {sentenceOf(error)}
        </Text>
        <Button variant="default" onClick={() => (error instanceof ApiError ? reset() : location.reload())}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
