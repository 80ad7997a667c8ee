import { activityQuery } from '../../api/mirror-queries.ts';
import { ChangeList } from '../../components/ChangeList.tsx';
import { CountTabs } from '../../components/CountTabs.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText, useFullName } from '../../components/repository-page.ts';
import { Section } from '../../components/Section.tsx';
import { filterValue } from '../../filter.ts';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/Notes.tsx';

const KINDS = [
  ['Everything', null],
  ['Issues', 'issue'],
  ['Pull requests', 'pull_request'],
  ['Comments', 'comment'],
  ['Branches', 'branch'],
  ['People', 'collaborator'],
  ['Labels', 'label'],
  ['Milestones', 'milestone'],
  ['Repository', 'repository'],
] as const;

/** What changed in a repository, newest first, in words. */
export default function ActivityTab() {
  const fullName = useFullName();
  const kind = filterValue(useFilterText(), 'kind');
  const known = KINDS.find(([, value]) => value === kind)?.[1] ?? null;
  const list = usePagedList(activityQuery(fullName, known));
  const tabs = KINDS.map(([label, value]) => ({
    label,
    to: paths.repositoryTab(fullName, 'activity', value === null ? '' : `kind:${value}`),
    current: value === known,
  }));
  return (
    <>
      <CountTabs label="Kinds" tabs={tabs} />
      <PagedList
        list={list}
        empty={
          <Empty title="Nothing changed yet">
            Each change that is seen on GitHub after the first import is listed here: what, from, to, and who. Press
            Sync now to look.
          </Empty>
        }
      >
        {(changes) => (
          <Section title="What changed">
            <ChangeList changes={changes} withTitles />
          </Section>
        )}
      </PagedList>
    </>
  );
}
