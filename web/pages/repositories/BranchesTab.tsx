import { Anchor, Text } from '@mantine/core';

import { branchesQuery } from '../../api/mirror-queries.ts';
import { ListFilter } from '../../components/ListFilter.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText, useFullName } from '../../components/repository-page.ts';
import { paths } from '../../paths.ts';
import { CopyIcon } from '../../ui/Copy.tsx';
import { Label } from '../../ui/Label.tsx';
import { Empty } from '../../ui/Notes.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { Time } from '../../ui/Time.tsx';

/** The branches of a repository, newest head commit first. */
export default function BranchesTab() {
  const fullName = useFullName();
  const text = useFilterText();
  const list = usePagedList(branchesQuery(fullName, text));
  return (
    <>
      <ListFilter
        text={text}
        placeholder="Filter: part of a name"
        addressOf={(next) => paths.repositoryTab(fullName, 'branches', next)}
      />
      <PagedList
        list={list}
        empty={
          <Empty title={text === '' ? 'No branches' : 'No branch has this in its name'}>
            Branches are listed here with their newest commit as soon as something is pushed. They are first read with
            the import.
          </Empty>
        }
      >
        {(branches) => (
          <Rows label="Branches">
            {branches.map((branch) => (
              <Row
                key={branch.name}
                title={
                  <Anchor href={branch.url} target="_blank" rel="noopener noreferrer" inherit>
                    {branch.name}
                  </Anchor>
                }
                note={
                  branch.committed_at === null ? (
                    'the date of its newest commit is not read yet'
                  ) : (
                    <>
                      newest commit <Time at={branch.committed_at} />
                    </>
                  )
                }
                end={
                  <>
                    {branch.default && <Label name="default" />}
                    {branch.protected && <Label name="protected" />}
                    <Text span size="sm" c="dimmed">
                      <code>{branch.sha.slice(0, 7)}</code>
                    </Text>
                    <CopyIcon text={branch.sha} label={`Copy the commit of ${branch.name}`} />
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </PagedList>
    </>
  );
}
