import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactNode } from 'react';

import { focusHeading } from './heading-focus.ts';

interface PageHeaderProps {
  title: string;
  /** What this page answers, in a sentence. */
  lede?: ReactNode;
  /** What stands above the heading: where one came from. */
  above?: ReactNode;
  actions?: ReactNode;
}

/** The heading of a page: names the browser tab, and takes the focus when one navigates here. */
export function PageHeader({ title, lede, above, actions }: PageHeaderProps) {
  useEffect(focusHeading, []);
  return (
    <Group component="header" justify="space-between" align="flex-end" gap="md" mb="lg">
      <title>{`${title} · Throughline`}</title>
      <Stack gap={2} miw={0} flex="1 1 260px">
        {above}
        <Title order={1} id="page-heading" tabIndex={-1} textWrap="balance" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {lede !== undefined && (
          <Text c="dimmed" maw="70ch">
            {lede}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
