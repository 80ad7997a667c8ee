import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { sentenceOf } from '../../api/errors.ts';
import { accountsQuery } from '../../api/queries.ts';
import { PersonRow } from '../../components/PersonRow.tsx';
import { InviteForm } from '../../forms/InviteForm.tsx';
import { LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Rows } from '../../ui/Rows.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

/** Who may sign in here, and what may they do? */
export default function PeoplePage() {
  const { data, error, refetch } = useQuery(accountsQuery);
  return (
    <>
      <PageHeader
        title="People"
        lede="Who signs in with e-mail and password. Users of a host app need no account here."
      />
      <Stack gap="lg">
        <InviteForm />
        {error !== null && data === undefined && (
          <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && <WaitingRows rows={4} />}
        {data !== undefined && (
          <Rows label="People">
            {data.items.map((account) => (
              <PersonRow key={account.id} account={account} />
            ))}
          </Rows>
        )}
      </Stack>
    </>
  );
}
