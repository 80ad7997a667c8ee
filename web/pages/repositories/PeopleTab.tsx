import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { collaboratorsQuery, teamsQuery } from '../../api/mirror-queries.ts';
import { ListFilter } from '../../components/ListFilter.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText, useFullName } from '../../components/repository-page.ts';
import { Section } from '../../components/Section.tsx';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/Notes.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';

/** Who has access to a repository, and as what. */
export default function PeopleTab() {
  const fullName = useFullName();
  const text = useFilterText();
  const list = usePagedList(collaboratorsQuery(fullName, text));
  return (
    <Stack gap="lg">
      <div>
        <ListFilter
          text={text}
          placeholder="Filter: part of a login"
          addressOf={(next) => paths.repositoryTab(fullName, 'people', next)}
        />
        <PagedList
          list={list}
          empty={
            <Empty title={text === '' ? 'No people' : 'Nobody’s login has this in it'}>
              People with access are listed here. GitHub tells of them only to a credential that may push; what it does
              not show is said above.
            </Empty>
          }
        >
          {(people) => (
            <Rows label="People">
              {people.map(({ login, role, email }) => (
                <Row key={login} title={login} note={email ?? undefined} end={<Role name={role} />} />
              ))}
            </Rows>
          )}
        </PagedList>
      </div>
      <Teams fullName={fullName} />
    </Stack>
  );
}

function Role({ name }: { name: string }) {
  return (
    <Text size="sm" c="dimmed">
      {name}
    </Text>
  );
}

function Teams({ fullName }: { fullName: string }) {
  const { data } = useQuery(teamsQuery(fullName));
  if (data === undefined) return null;
  return (
    <Section title="Teams">
      {data.items.length === 0 ? (
        <Text c="dimmed">No team has access, or the repository belongs to a person.</Text>
      ) : (
        <Rows label="Teams">
          {data.items.map(({ slug, name, permission }) => (
            <Row key={slug} title={name} note={slug} end={<Role name={permission} />} />
          ))}
        </Rows>
      )}
    </Section>
  );
}
