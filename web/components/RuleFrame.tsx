import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { Connection } from '../../src/contract/connections.ts';
import type { SentryConnection } from '../../src/contract/sentry.ts';
import { sentryConnectionsQuery } from '../api/error-queries.ts';
import { sentenceOf } from '../api/errors.ts';
import { connectionsQuery } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { Empty, LoadError } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { Link } from './Link.tsx';

interface RuleFrameProps {
  children: (choices: { connections: SentryConnection[]; repositories: Connection[] }) => ReactNode;
}

/** What the form of a rule chooses from: both sides' connections. Without a Sentry there is nothing to make a rule of. */
export function RuleFrame({ children }: RuleFrameProps) {
  const sentry = useQuery(sentryConnectionsQuery);
  const github = useQuery(connectionsQuery);
  const error = sentry.error ?? github.error;
  if (sentry.data !== undefined && github.data !== undefined) {
    if (sentry.data.items.length === 0) return <NoSentry />;
    return children({ connections: sentry.data.items, repositories: github.data.items });
  }
  if (error === null) return <WaitingRows rows={4} height={180} />;
  return (
    <LoadError sentence={sentenceOf(error)} onRetry={() => void Promise.all([sentry.refetch(), github.refetch()])} />
  );
}

function NoSentry() {
  return (
    <Empty
      title="No Sentry is connected"
      action={
        <Button component={Link} to={paths.sentryNew()}>
          Connect Sentry
        </Button>
      }
    >
      A rule takes its errors from a Sentry. Connect one first; then it can be tried out here before anything is filed.
    </Empty>
  );
}
