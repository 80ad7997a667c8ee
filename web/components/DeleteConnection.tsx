import { useQueryClient } from '@tanstack/react-query';

import type { Connection } from '../../src/contract/connections.ts';
import { request } from '../api/request.ts';
import { paths } from '../paths.ts';
import { useGo } from './Link.tsx';
import { RemoveByName } from './RemoveByName.tsx';

/** Removes a connection to GitHub: the repository's name is asked for. */
export function DeleteConnection({ connection }: { connection: Connection }) {
  const { id, repository, source } = connection;
  const client = useQueryClient();
  const go = useGo();
  const fixed = source === 'environment';
  return (
    <RemoveByName
      what="connection"
      name={repository}
      fixed={fixed}
      note={
        fixed
          ? 'This connection is made by the environment: take GITHUB_REPO away there, or switch it off above.'
          : 'Removing the connection deletes its token. Reports and their issues stay.'
      }
      then="New reports will be kept and wait until another repository is connected. What is on GitHub stays there."
      onRemove={async () => {
        await request('deleteConnection', { params: { id } });
        go(paths.github(), { replace: true });
        client.removeQueries({ queryKey: ['connections', id] });
        void client.invalidateQueries({ queryKey: ['connections'] });
        void client.invalidateQueries({ queryKey: ['session'] });
      }}
    />
  );
}
