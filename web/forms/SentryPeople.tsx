import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowRight, IconX } from '@tabler/icons-react';

import type { SentryValues } from './sentry-values.ts';

/** Who in Sentry is who on GitHub, as rows. */
export function SentryPeople({ form }: { form: UseFormReturnType<SentryValues> }) {
  const { people } = form.values;
  const add = () => form.insertListItem('people', { key: crypto.randomUUID(), sentry: '', login: '' });
  return (
    <Stack gap="sm">
      <Text c="dimmed">
        A person in Sentry is <code>user:ID</code> or an e-mail address, a team is <code>team:ID</code>. Whoever is not
        named here is neither assigned nor taken off on either side.
      </Text>
      {people.map(({ key }, index) => (
        <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            flex={1}
            miw={0}
            aria-label={`Person or team in Sentry, row ${index + 1}`}
            placeholder="ada@example.com"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(`people.${index}.sentry`)}
          />
          <IconArrowRight size={16} aria-hidden="true" style={{ flex: 'none', marginTop: 10 }} />
          <TextInput
            flex={1}
            miw={0}
            aria-label={`GitHub login, row ${index + 1}`}
            placeholder="GitHub login"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(`people.${index}.login`)}
          />
          <ActionIcon
            mt={2}
            aria-label={`Remove row ${index + 1}`}
            onClick={() => form.removeListItem('people', index)}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button variant="default" size="compact-md" onClick={add}>
          Add a person or team
        </Button>
      </Group>
    </Stack>
  );
}
