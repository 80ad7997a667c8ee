import { Anchor, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import type { SentryConnection } from '../../../src/contract/sentry.ts';
import { SENTRY_KEY, sentryConnectionQuery } from '../../api/error-queries.ts';
import { sentenceOf } from '../../api/errors.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { InsecureNote } from '../../components/InsecureNote.tsx';
import { Link, useGo } from '../../components/Link.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { RemoveByName } from '../../components/RemoveByName.tsx';
import { ChangedElsewhere, useFormBase } from '../../forms/form-base.tsx';
import { SentryForm } from '../../forms/SentryForm.tsx';
import { sentryChangeOf, sentryValuesOf } from '../../forms/sentry-values.ts';
import { paths } from '../../paths.ts';
import { AmberNote, RedNote } from '../../ui/Notes.tsx';
import { countText } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';

/** Is it right before I save it? */
export default function SentryConnectionPage() {
  const { id = '' } = useParams({ strict: false });
  return (
    <Loaded query={useQuery(sentryConnectionQuery(id))} height={140}>
      {(connection) => <OneConnection key={id} connection={connection} />}
    </Loaded>
  );
}

function OneConnection({ connection }: { connection: SentryConnection }) {
  const client = useQueryClient();
  const { base, before, changed, take } = useFormBase(connection, sentryValuesOf);
  const { id, organization, url, updated_at: updatedAt, rules, insecure_tls: insecure } = connection;
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title={organization}
        above={<BackLink to={paths.sentry()}>Sentry</BackLink>}
        lede={
          <>
            <Anchor href={url} target="_blank" rel="noopener noreferrer" underline="always">
              In Sentry
            </Anchor>
            {' · '}
            <Anchor component={Link} to={paths.rules()} underline="always">
              {countText(rules, 'rule')}
            </Anchor>
            {' · '}changed <Time at={updatedAt} />
          </>
        }
      />
      {connection.paused !== null && <Paused connection={connection} />}
      {insecure && (
        <Spaced>
          <InsecureNote name={connection.base_url} />
        </Spaced>
      )}
      {connection.paused === null && connection.health.word === 'delayed' && (
        <Spaced>
          <AmberNote title="It does not answer as it should">
            {connection.health.reason} {connection.health.fix}
          </AmberNote>
        </Spaced>
      )}
      {changed && <ChangedElsewhere onShow={() => take(connection)} />}
      <SentryForm
        key={base.updated_at}
        before={before}
        connection={connection}
        onSave={async (values) => {
          const change = sentryChangeOf(before, values);
          if (Object.keys(change).length > 0) {
            const saved = await request('changeSentryConnection', { params: { id }, body: change });
            take(saved);
            client.setQueryData(sentryConnectionQuery(id).queryKey, saved);
            void client.invalidateQueries({ queryKey: SENTRY_KEY });
            void client.invalidateQueries({ queryKey: ['health'] });
          }
          notifications.show({ message: 'Saved.' });
        }}
      />
      <Remove connection={connection} />
    </div>
  );
}

function Remove({ connection }: { connection: SentryConnection }) {
  const { id, name, source, rules } = connection;
  const client = useQueryClient();
  const go = useGo();
  const fixed = source === 'environment';
  return (
    <RemoveByName
      what="connection"
      name={name}
      fixed={fixed}
      note={
        fixed
          ? 'This connection is made by the environment: take SENTRY_TOKEN away there, or switch it off above.'
          : 'Removing the connection deletes its token and its rules. Issues on GitHub stay.'
      }
      then={`Its token, ${countText(rules, 'rule')} and what is known of its errors here are deleted. Issues on GitHub stay as they are, with their markers; nothing follows them any more.`}
      onRemove={async () => {
        await request('deleteSentryConnection', { params: { id } });
        go(paths.sentry(), { replace: true });
        client.removeQueries({ queryKey: sentryConnectionQuery(id).queryKey });
        void client.invalidateQueries({ queryKey: SENTRY_KEY });
        void client.invalidateQueries({ queryKey: ['errors'] });
      }}
    />
  );
}

function Paused({ connection }: { connection: SentryConnection }) {
  const client = useQueryClient();
  const { id, paused, source } = connection;
  const resume = useMutation({
    mutationFn: () => request('resumeSentryConnection', { params: { id } }),
    onSuccess: (next) => {
      client.setQueryData(sentryConnectionQuery(id).queryKey, next);
      void client.invalidateQueries({ queryKey: SENTRY_KEY });
    },
  });
  if (paused === null) return null;
  return (
    <Spaced>
      <RedNote
        title="Nothing is read, and nothing is told to Sentry"
        action={
          <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        }
      >
        {paused.message} Since <Time at={paused.at} />; what is filed stays, and what is new is found afterwards.{' '}
        {source === 'environment'
          ? 'Change SENTRY_TOKEN and start the hub again, or resume when it is mended in Sentry.'
          : 'Put in a new token below, or resume when it is mended in Sentry.'}
        {resume.isError && <div>{sentenceOf(resume.error)}</div>}
      </RedNote>
    </Spaced>
  );
}

function Spaced({ children }: { children: ReactNode }) {
  return <div style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>{children}</div>;
}
