import { Anchor, Button, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';

import type { Connection } from '../../../src/contract/connections.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { availableQuery } from '../../api/mirror-queries.ts';
import type { AvailableRepository } from '../../api/mirror-queries.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { FilterInput } from '../../components/FilterInput.tsx';
import { Link, useGo } from '../../components/Link.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useTrackRepository } from '../../components/repository-acts.ts';
import { Section } from '../../components/Section.tsx';
import { readFilter } from '../../filter.ts';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

/** Which repository should be mirrored? */
export default function TrackPage() {
  const { data } = useQuery(connectionsQuery);
  const connections = data?.items.filter(({ enabled }) => enabled);
  const [chosen, choose] = useState('');
  const connection = connections?.find(({ id }) => id === chosen) ?? connections?.[0];
  return (
    <>
      <PageHeader
        title="Track a repository"
        above={<BackLink to={paths.repositories()}>Repositories</BackLink>}
        lede="All of its issues, pull requests, branches and people are read once, and followed from then on."
      />
      {connections === undefined && <WaitingRows rows={3} height={70} />}
      {connections !== undefined && connection === undefined && <NotConnected />}
      {connections !== undefined && connection !== undefined && (
        <Stack gap="lg">
          <ByName connections={connections} connection={connection} onChoose={choose} />
          <Available connection={connection} />
        </Stack>
      )}
    </>
  );
}

function NotConnected() {
  return (
    <Empty
      title="GitHub is not connected"
      action={
        <Button component={Link} to={paths.githubNew()}>
          Connect GitHub
        </Button>
      }
    >
      A repository is read with the credential of a connection, and none is switched on.
    </Empty>
  );
}

interface ByNameProps {
  connections: readonly Connection[];
  connection: Connection;
  onChoose: (id: string) => void;
}

function ByName({ connections, connection, onChoose }: ByNameProps) {
  const go = useGo();
  const [name, setName] = useState('');
  const track = useTrackRepository((repository) => go(paths.repositoryTab(repository.full_name, 'runs')));
  const several = connections.length > 1;
  return (
    <Section title="By its name">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          track.mutate({ fullName: name.trim(), connectionId: connection.id });
        }}
      >
        <SimpleGrid cols={{ base: 1, sm: several ? 3 : 2 }} style={{ alignItems: 'end' }}>
          <TextInput
            label="owner/name"
            required
            withAsterisk={false}
            pattern="[^\/\s]+\/[^\/\s]+"
            title="Write it as owner/name."
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {several && (
            <NativeSelect
              label="Read with the credential of"
              data={connections.map(({ id, name: called, repository }) => ({
                value: id,
                label: `${called} (${repository})`,
              }))}
              value={connection.id}
              onChange={(event) => onChoose(event.currentTarget.value)}
            />
          )}
          <div>
            <Button type="submit" loading={track.isPending}>
              Track it
            </Button>
          </div>
        </SimpleGrid>
      </form>
    </Section>
  );
}

function Available({ connection }: { connection: Connection }) {
  const { q: text = '' } = useSearch({ strict: false });
  const go = useGo();
  const { values, words } = readFilter(text, ['owner']);
  const list = usePagedList(availableQuery(connection.id, words, values.owner ?? ''));
  const keys = [{ key: 'owner', hint: 'login of a person or an organisation', values: [] }];
  return (
    <Section title="What this credential sees">
      <div style={{ marginBottom: 'var(--mantine-spacing-sm)' }}>
        <FilterInput
          value={text}
          keys={keys}
          placeholder="Filter: part of a name, or owner:acme"
          onChange={(next) => go(paths.track(next), { replace: true })}
        />
      </div>
      <PagedList
        list={list}
        empty={
          <Text c="dimmed">
            {text === ''
              ? 'GitHub shows no repository to this credential. Give it access to one on GitHub, or type its name above.'
              : 'None of those that were looked through matches.'}
          </Text>
        }
      >
        {(items) => (
          <Rows label="Repositories on GitHub">
            {items.map((repository) => (
              <OneAvailable key={repository.full_name} repository={repository} connectionId={connection.id} />
            ))}
          </Rows>
        )}
      </PagedList>
    </Section>
  );
}

function OneAvailable({ repository, connectionId }: { repository: AvailableRepository; connectionId: string }) {
  const { full_name: fullName, description, visibility, archived, pushed_at: pushedAt, tracked } = repository;
  const go = useGo();
  const track = useTrackRepository((made) => go(paths.repositoryTab(made.full_name, 'runs')));
  const facts = [visibility, ...(archived ? ['archived'] : []), ...(repository.has_issues ? [] : ['without issues'])];
  return (
    <Row
      title={
        tracked ? (
          <Anchor component={Link} to={paths.repository(fullName)} inherit>
            {fullName}
          </Anchor>
        ) : (
          fullName
        )
      }
      note={
        <>
          {description !== null && <div>{description}</div>}
          {facts.join(' · ')}
          {pushedAt !== null && (
            <>
              {' · pushed '}
              <Time at={pushedAt} />
            </>
          )}
        </>
      }
      end={
        tracked ? (
          <Text size="sm" c="dimmed">
            tracked
          </Text>
        ) : (
          <Button
            variant="default"
            size="compact-md"
            loading={track.isPending}
            onClick={() => track.mutate({ fullName, connectionId })}
            aria-label={`Track ${fullName}`}
          >
            Track
          </Button>
        )
      }
    />
  );
}
