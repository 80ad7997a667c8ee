import { Code, Group, PasswordInput, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { SentryConnection } from '../../src/contract/sentry.ts';
import { CopyIcon } from '../ui/Copy.tsx';
import { Time } from '../ui/Time.tsx';
import type { SentryValues } from './sentry-values.ts';

interface SentryWebhookProps {
  form: UseFormReturnType<SentryValues>;
  /** Null: a new one, whose address is known once it is saved. */
  connection: SentryConnection | null;
}

/** News in seconds: where Sentry posts to, what to tick there, and the secret that signs it. */
export function SentryWebhook({ form, connection }: SentryWebhookProps) {
  return (
    <Stack>
      <Text c="dimmed">
        Without webhooks everything still arrives by polling, within minutes. With them Sentry tells at once.
      </Text>
      {connection === null ? (
        <Text>The address for Sentry is shown here as soon as the connection is saved.</Text>
      ) : (
        <WhereAndWhat connection={connection} />
      )}
      <PasswordInput
        label="Client secret"
        description="Of the internal integration; it signs the webhooks, and unsigned ones are refused."
        placeholder={connection?.has_client_secret === true ? 'kept, and never shown again' : ''}
        autoComplete="off"
        {...form.getInputProps('client_secret')}
      />
    </Stack>
  );
}

function WhereAndWhat({ connection }: { connection: SentryConnection }) {
  const { webhook_url: url, hook_at: hookAt, has_client_secret: hasSecret } = connection;
  return (
    <>
      <div>
        <Text fw={500}>Webhook URL</Text>
        <Group gap="xs" wrap="nowrap" align="center">
          <Code style={{ overflowWrap: 'anywhere' }}>{url}</Code>
          <CopyIcon text={url} label="Copy the webhook URL" />
        </Group>
      </div>
      <Text>
        In Sentry: <strong>Settings → Custom Integrations</strong> (Developer Settings in older versions), open the
        integration whose token is used here, put this address in as <strong>Webhook URL</strong>, tick{' '}
        <strong>issue</strong> and <strong>comment</strong> under Webhooks, switch <strong>Alert Rule Action</strong> on
        if alerts shall tell too, and save.
      </Text>
      <Text size="sm" c="dimmed">
        {hookAt === null ? (
          hasSecret ? (
            'No signed webhook has come yet.'
          ) : (
            'None can be checked before the client secret is here.'
          )
        ) : (
          <>
            The last signed webhook came <Time at={hookAt} />.
          </>
        )}
      </Text>
    </>
  );
}
