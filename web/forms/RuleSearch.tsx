import { NativeSelect, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { SentryConnection } from '../../src/contract/sentry.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { TagField } from '../ui/TagField.tsx';
import type { RuleValues } from './rule-values.ts';

const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'];
const PRIORITIES = ['high', 'medium', 'low'];
const CATEGORIES = ['error', 'performance', 'cron', 'feedback', 'replay', 'metric_alert'];

interface RuleSearchProps {
  form: UseFormReturnType<RuleValues>;
  connections: readonly SentryConnection[];
}

/** Which Sentry issues a rule takes: all that is given must hold. */
export function RuleSearch({ form, connections }: RuleSearchProps) {
  return (
    <Stack>
      <NativeSelect
        label="Sentry"
        data={[
          ...(connections.length === 1 ? [] : [{ value: '', label: 'Choose one' }]),
          ...connections.map(({ id, name, organization }) => ({ value: id, label: `${name} (${organization})` })),
        ]}
        {...form.getInputProps('sentry_connection_id')}
      />
      <TextInput
        label="Search"
        description="As in Sentry’s own search field; empty for everything"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('query')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TagField label="Projects" description="Slugs; none: all" max={100} {...form.getInputProps('projects')} />
        <TagField label="Environments" description="None: all" max={50} {...form.getInputProps('environments')} />
        <NumberInput
          label="Events, at least"
          description="Counted over all time"
          min={1}
          allowDecimal={false}
          {...form.getInputProps('events_min')}
        />
        <NumberInput
          label="Users, at least"
          description="Counted over all time"
          min={0}
          allowDecimal={false}
          {...form.getInputProps('users_min')}
        />
      </SimpleGrid>
      <Disclosure summary="Levels, priorities, kinds and tags">
        <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs">
          <TagField
            label="Levels"
            description="None: all"
            max={10}
            suggestions={LEVELS}
            {...form.getInputProps('levels')}
          />
          <TagField
            label="Priorities in Sentry"
            description="None: all"
            max={5}
            suggestions={PRIORITIES}
            {...form.getInputProps('priorities')}
          />
          <TagField
            label="Kinds"
            description="Sentry’s categories; none: all"
            max={20}
            suggestions={CATEGORIES}
            {...form.getInputProps('categories')}
          />
          <TagField
            label="Tags"
            description="Each as key:value; all must hold"
            max={20}
            {...form.getInputProps('tags')}
          />
        </SimpleGrid>
      </Disclosure>
    </Stack>
  );
}
