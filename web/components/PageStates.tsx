import { Anchor, Button, Center, Stack, Text, Title } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import type { ErrorComponentProps } from '@tanstack/react-router';

import { ApiError, sentenceOf } from '../api/errors.ts';
import { paths } from '../paths.ts';
import { WaitingRows } from '../ui/Waiting.tsx';
import { Link } from './Link.tsx';
import { useIsAdmin } from './session.ts';

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

/** The same where no shell stands around it. */
export function PageMissingAlone() {
  return (
    <main>
      <PageMissing />
    </main>
  );
}

/** The page below for an admin; for anybody else, who it is for. The hub refuses its data all the same. */
export function AdminOnly() {
  return useIsAdmin() ? <Outlet /> : <PageForAdmins />;
}

function PageForAdmins() {
  return (
    <Center mih="60vh" p="lg">
      <Stack align="center" gap="sm">
        <title>For admins · Throughline</title>
        <Title order={1} id="page-heading" tabIndex={-1}>
          This page is for admins
        </Title>
        <Text c="dimmed">What became of your own reports is on your page.</Text>
        <Anchor component={Link} to={paths.myReports()}>
          Go to my issues
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
