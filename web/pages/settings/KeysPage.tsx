import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { RouteAnswer } from '../../../src/contract/routes.ts';
import { sentenceOf } from '../../api/errors.ts';
import { apiKeysQuery, tokenSignersQuery } from '../../api/queries.ts';
import { request } from '../../api/request.ts';
import { Section } from '../../components/Section.tsx';
import { ApiKeyForm } from '../../forms/ApiKeyForm.tsx';
import { TokenSignerForm } from '../../forms/TokenSignerForm.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { Time } from '../../ui/Time.tsx';
import { roleWord } from '../../words.ts';

/** Which programs may call this hub? */
export default function KeysPage() {
  return (
    <>
      <PageHeader title="Keys" lede="How programs and host apps prove who they are." />
      <Stack gap="lg">
        <Section title="API keys">
          <Stack gap="lg">
            <ApiKeyForm />
            <ApiKeys />
          </Stack>
        </Section>
        <Section title="Host apps">
          <Stack gap="lg">
            <Text c="dimmed">
              An app that signs a token for its own users lets them report and follow their issues here, without an
              account.
            </Text>
            <TokenSigners />
            <TokenSignerForm />
          </Stack>
        </Section>
      </Stack>
    </>
  );
}

function useRemove(name: 'revokeApiKey' | 'deleteTokenSigner', queryKey: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(name, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: [queryKey] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not removed', message: sentenceOf(error) }),
  });
}

function ApiKeys() {
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const revoke = useRemove('revokeApiKey', 'api_keys');
  if (error !== null) return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.items.length === 0) return <Text c="dimmed">There is no key yet.</Text>;
  return (
    <Rows label="API keys">
      {data.items.map((key) => (
        <Row
          key={key.id}
          title={key.name}
          note={<KeyNote apiKey={key} />}
          end={
            <Confirm
              action="Revoke"
              question={`Revoke “${key.name}”?`}
              busy={revoke.isPending && revoke.variables === key.id}
              onConfirm={() => revoke.mutate(key.id)}
            >
              Whatever uses this key is refused from now on. It cannot be taken back.
            </Confirm>
          }
        />
      ))}
    </Rows>
  );
}

function KeyNote({ apiKey }: { apiKey: RouteAnswer<'listApiKeys'>['items'][number] }) {
  const { key_start: start, role, created_by: by, created_at: at, last_used_at: usedAt } = apiKey;
  return (
    <>
      <code>{start}…</code> · {roleWord(role)} · made by {by} <Time at={at} /> ·{' '}
      {usedAt === null ? (
        'never used'
      ) : (
        <>
          used <Time at={usedAt} />
        </>
      )}
    </>
  );
}

function TokenSigners() {
  const { data, error, refetch } = useQuery(tokenSignersQuery);
  const remove = useRemove('deleteTokenSigner', 'token_signers');
  if (error !== null) return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Rows label="Host apps">
      {data.items.map(({ id, name, issuer, audience, method, jwks_url: jwksUrl }) => (
        <Row
          key={id}
          title={name}
          note={`${method} · iss ${issuer} · aud ${audience}${jwksUrl === null ? '' : ` · ${jwksUrl}`}`}
          end={
            <Confirm
              action="Stop trusting"
              question={`Stop trusting “${name}”?`}
              busy={remove.isPending && remove.variables === id}
              onConfirm={() => remove.mutate(id)}
            >
              Its users are signed out. Their reports stay.
            </Confirm>
          }
        />
      ))}
    </Rows>
  );
}
