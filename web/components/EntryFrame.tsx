import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { Brand } from '../ui/Brand.tsx';
import classes from './EntryFrame.module.css';

interface EntryFrameProps {
  title: string;
  lede?: string;
  children: ReactNode;
}

/** What stands around the pages before one is signed in. */
export function EntryFrame({ title, lede, children }: EntryFrameProps) {
  return (
    <div className={classes.frame}>
      <title>{`${title} · Throughline`}</title>
      <header className={classes.brand}>
        <Brand />
      </header>
      <main className={classes.main}>
        <Paper p="xl" shadow="sm">
          <Stack gap="lg">
            <div>
              <Title order={1} id="page-heading" tabIndex={-1}>
                {title}
              </Title>
              {lede !== undefined && (
                <Text c="dimmed" mt={4}>
                  {lede}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
      </main>
      <footer className={classes.foot}>One line from the problem to the issue where it is fixed, and back.</footer>
    </div>
  );
}
