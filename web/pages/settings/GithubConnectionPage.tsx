import { Anchor, Button, Code } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { Connection } from '../../../src/contract/connections.ts';
import { sentenceOf } from '../../api/errors.ts';
import { connectionQuery } from '../../api/queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { DeleteConnection } from '../../components/DeleteConnection.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { ConnectionForm } from '../../forms/ConnectionForm.tsx';
import { changeOf } from '../../forms/connection-values.ts';
import { paths } from '../../paths.ts';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { countText } from '../../ui/format.ts';
import { RedNote } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';

/** Is it right before I save it? */
export default function GithubConnectionPage() {
  const { id = '' } = useParams({ strict: false });
  return (
    <Loaded query={useQuery(connectionQuery(id))} height={140}>
      {(connection) => <OneConnection connection={connection} />}
    </Loaded>
  );
}

function OneConnection({ connection }: { connection: Connection }) {
  const client = useQueryClient();
  const { id, repository, repository_url: url, updated_at: updatedAt } = connection;
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title={repository}
        above={<BackLink to={paths.github()}>GitHub</BackLink>}
        lede={
          <>
            <Anchor href={url} target="_blank" rel="noopener noreferrer" underline="always">
              On GitHub
            </Anchor>
            {' · '}changed <Time at={updatedAt} />
          </>
        }
      />
      {connection.paused !== null && <Paused connection={connection} />}
      <ConnectionForm
        key={`${id} ${updatedAt}`}
        connection={connection}
        onSave={async (values, before) => {
          const change = changeOf(before, values);
          const saved =
            Object.keys(change).length === 0
              ? connection
              : await request('changeConnection', { params: { id }, body: change });
          client.setQueryData(connectionQuery(id).queryKey, saved);
          void client.invalidateQueries({ queryKey: ['connections'], exact: true });
          void client.invalidateQueries({ queryKey: ['health'] });
          notifications.show({ message: 'Saved.' });
        }}
      />
      <DeleteConnection connection={connection} />
    </div>
  );
}

function Paused({ connection }: { connection: Connection }) {
  const client = useQueryClient();
  const { id, paused, waiting, source } = connection;
  const resume = useMutation({
    mutationFn: () => request('resumeConnection', { params: { id } }),
    onSuccess: (next) => {
      client.setQueryData(connectionQuery(id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['connections'], exact: true });
    },
  });
  if (paused === null) return null;
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>
      <RedNote
        title="Nothing is sent"
        action={
          <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        }
      >
        {paused.message} Since <Time at={paused.at} />
        {waiting > 0 &&
          `; ${countText(waiting, 'report')} ${waiting === 1 ? 'is kept and waits' : 'are kept and wait'}`}
        .{' '}
        {source === 'environment'
          ? 'Change GITHUB_TOKEN and start the hub again, or resume when it is mended on GitHub.'
          : 'Put in a new token below, or resume when it is mended on GitHub.'}
        {resume.isError && <div>{sentenceOf(resume.error)}</div>}
        {paused.request_id !== null && (
          <Disclosure summary="Details">
            GitHub’s request id: <Code>{paused.request_id}</Code>
          </Disclosure>
        )}
      </RedNote>
    </div>
  );
}
