import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { Repository } from '../../../src/contract/mirror.ts';
import type { RouteAnswer } from '../../../src/contract/routes.ts';
import { sentenceOf } from '../../api/errors.ts';
import { hooksQuery, repositoryQuery } from '../../api/mirror-queries.ts';
import { useMakeHook, useMakeSecret } from '../../components/hook-acts.ts';
import { HookList } from '../../components/HookList.tsx';
import { Link } from '../../components/Link.tsx';
import { useFullName } from '../../components/repository-page.ts';
import { Section } from '../../components/Section.tsx';
import { paths } from '../../paths.ts';
import { ShownOnce } from '../../ui/Copy.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { AmberNote, LoadError, RedNote } from '../../ui/Notes.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

type Hooks = RouteAnswer<'listHooks'>;

/** Does GitHub tell us at once, and if not, what to do? */
export default function WebhooksTab() {
  const fullName = useFullName();
  const { data, error, refetch } = useQuery(hooksQuery(fullName));
  const { data: repository } = useQuery(repositoryQuery(fullName));
  if (error !== null && data === undefined)
    return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined || repository === undefined) return <WaitingRows rows={2} height={110} />;
  return (
    <Stack gap="lg">
      {data.problem !== null && <AmberNote title="GitHub did not tell of its webhooks">{data.problem}</AmberNote>}
      <Section title="Webhooks" actions={<LastHeard repository={repository} />}>
        {data.items.length === 0 ? (
          <Text c="dimmed" mb="md">
            There is none that sends to this hub. With one, changes arrive within a second; without, they are seen by
            the scheduled sync.
          </Text>
        ) : (
          <HookList hooks={data.items} fullName={fullName} />
        )}
        <Others others={data.others} />
        <Make fullName={fullName} hooks={data} />
      </Section>
      <ByHand connectionId={repository.connection_id} />
    </Stack>
  );
}

function LastHeard({ repository }: { repository: Repository }) {
  const { last_delivery_at: at } = repository.hook;
  return (
    <Anchor component={Link} to={paths.deliveries(`repository:${repository.full_name}`)} size="sm">
      {at === null ? (
        'No delivery so far'
      ) : (
        <>
          Last delivery <Time at={at} />
        </>
      )}
    </Anchor>
  );
}

function Others({ others }: { others: number }) {
  if (others === 0) return null;
  return (
    <Text size="sm" c="dimmed" my="sm">
      {others === 1 ? 'One other webhook belongs' : `${others} other webhooks belong`} to other programs and{' '}
      {others === 1 ? 'is' : 'are'} left alone.
    </Text>
  );
}

function Make({ fullName, hooks }: { fullName: string; hooks: Hooks }) {
  const make = useMakeHook(fullName);
  const [owner] = fullName.split('/');
  const has = (kind: string) => hooks.items.some(({ target_kind: target }) => target === kind || target === 'app');
  if (has('repository') && has('organization')) return null;
  return (
    <>
      <Group gap="sm" mt="md">
        {!has('repository') && (
          <Button
            variant={hooks.items.length === 0 ? 'filled' : 'default'}
            loading={make.isPending && make.variables === 'repository'}
            onClick={() => make.mutate('repository')}
          >
            Make a webhook
          </Button>
        )}
        {!has('organization') && (
          <Button
            variant="default"
            loading={make.isPending && make.variables === 'organization'}
            onClick={() => make.mutate('organization')}
          >
            Make one for all of {owner}
          </Button>
        )}
      </Group>
      {make.isError && (
        <div style={{ marginTop: 'var(--mantine-spacing-md)' }}>
          <RedNote title="No webhook was made">{sentenceOf(make.error)}</RedNote>
        </div>
      )}
    </>
  );
}

function ByHand({ connectionId }: { connectionId: string }) {
  const secret = useMakeSecret(connectionId);
  return (
    <Section title="By hand">
      <Disclosure summary="When the credential may not manage webhooks">
        <Stack gap="sm">
          <Text>
            An admin of the repository adds a webhook under its settings on GitHub, with the address and the secret from
            here, the content type application/json, and the events they want to be told of at once.
          </Text>
          <div>
            <Button variant="default" loading={secret.isPending} onClick={() => secret.mutate()}>
              Make a secret
            </Button>
          </div>
          {secret.isError && <RedNote title="No secret was made">{sentenceOf(secret.error)}</RedNote>}
          {secret.data !== undefined && (
            <>
              <ShownOnce text={secret.data.url} note="The payload URL:" />
              <ShownOnce
                text={secret.data.secret}
                note="The secret, shown this once. Webhooks with the secret before it go on working until the next is made."
              />
            </>
          )}
        </Stack>
      </Disclosure>
    </Section>
  );
}
