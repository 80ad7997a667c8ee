import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';

import type { Repository } from '../../../src/contract/mirror.ts';
import { repositoryQuery } from '../../api/mirror-queries.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { usePageCommands } from '../../components/commands.ts';
import { useGo } from '../../components/Link.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { useSyncRepository } from '../../components/repository-acts.ts';
import { RepositoryActions } from '../../components/RepositoryActions.tsx';
import { RepositoryHead } from '../../components/RepositoryHead.tsx';
import { TabLinks } from '../../components/TabLinks.tsx';
import { paths, REPOSITORY_TABS } from '../../paths.ts';
import type { RepositoryTab } from '../../paths.ts';
import { numberText } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** Is it true, and what is going on? The tabs below it are pages of their own. */
export function RepositoryFrame() {
  const { owner = '', name = '' } = useParams({ strict: false });
  const address = `${owner}/${name}`;
  const query = useQuery(repositoryQuery(address));
  const go = useGo();
  const { pathname } = useRouterState({ select: (state) => state.location });
  const tab = REPOSITORY_TABS.find((known) => pathname.endsWith(`/${known}`)) ?? 'issues';
  const named = query.data?.full_name;
  // an old name leads to the repository: the address then says what it is called now
  const follow = useEffectEvent((fullName: string) => go(paths.repositoryTab(fullName, tab), { replace: true }));
  useEffect(() => {
    if (named !== undefined && named !== address) follow(named);
  }, [named, address]);
  return <Loaded query={query}>{(repository) => <OneRepository repository={repository} tab={tab} />}</Loaded>;
}

const LABELS: Record<RepositoryTab, string> = {
  issues: 'Issues',
  pulls: 'Pull requests',
  branches: 'Branches',
  people: 'People',
  activity: 'Activity',
  webhooks: 'Webhooks',
  runs: 'Sync runs',
};

function countOf({ counts }: Repository, tab: RepositoryTab): string | undefined {
  const count = {
    issues: counts.issues_open,
    pulls: counts.pulls_open,
    branches: counts.branches,
    people: counts.collaborators,
    activity: undefined,
    webhooks: undefined,
    runs: undefined,
  }[tab];
  return count === undefined ? undefined : numberText(count);
}

function OneRepository({ repository, tab }: { repository: Repository; tab: RepositoryTab }) {
  const { full_name: fullName, url } = repository;
  const sync = useSyncRepository(fullName);
  usePageCommands([
    { label: `Sync ${fullName} now`, run: () => sync.mutate('sync') },
    { label: `Compare all of ${fullName} with GitHub`, run: () => sync.mutate('reconcile') },
    { label: `Open ${fullName} on GitHub`, run: () => void window.open(url, '_blank', 'noopener') },
  ]);
  return (
    <>
      <PageHeader
        title={fullName}
        above={<BackLink to={paths.repositories()}>Repositories</BackLink>}
        lede={repository.description ?? undefined}
        actions={
          <>
            <Button
              component="a"
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              variant="subtle"
              size="compact-md"
              rightSection={<IconExternalLink size={15} />}
            >
              On GitHub
            </Button>
            <RepositoryActions repository={repository} />
          </>
        }
      />
      <RepositoryHead repository={repository} />
      <TabLinks
        label={`Parts of ${fullName}`}
        tabs={REPOSITORY_TABS.map((one) => ({
          label: LABELS[one],
          to: paths.repositoryTab(fullName, one),
          current: one === tab,
          count: countOf(repository, one),
        }))}
      />
      <Outlet />
    </>
  );
}
