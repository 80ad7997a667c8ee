import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';

import { sessionQuery } from '../../api/queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { useGo } from '../../components/Link.tsx';
import { ConnectionForm } from '../../forms/ConnectionForm.tsx';
import { draftOf } from '../../forms/connection-values.ts';
import { paths } from '../../paths.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** A repository and a credential: tested before they are saved. */
export default function GithubNewPage() {
  const client = useQueryClient();
  const go = useGo();
  const { app, at, installation } = useSearch({ strict: false });
  const ofApp =
    app === undefined || at === undefined
      ? {}
      : // the router reads digits as a number
        { credential: 'app' as const, app_id: String(app), base_url: at, installation_id: Number(installation) };
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title="Connect a repository"
        lede="Two things are needed: the repository, and a token or a GitHub App that may open issues in it. Everything else has a good default."
        above={<BackLink to={paths.github()}>GitHub</BackLink>}
      />
      <ConnectionForm
        connection={null}
        initial={ofApp}
        onSave={async (values) => {
          const made = await request('createConnection', { body: draftOf(values) });
          await client.invalidateQueries({ queryKey: ['connections'] });
          void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
          notifications.show({
            title: `${made.repository} is connected`,
            message: 'Reports are filed there from now on.',
          });
          go(paths.githubConnection(made.id));
        }}
      />
    </div>
  );
}
