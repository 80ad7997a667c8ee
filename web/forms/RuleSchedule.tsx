import { NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { RuleValues } from './rule-values.ts';

/** When a rule looks, and how much it files at most. */
export function RuleSchedule({ form }: { form: UseFormReturnType<RuleValues> }) {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Looks every"
          description="At least 30 seconds"
          min={30}
          max={86_400}
          allowDecimal={false}
          suffix=" seconds"
          thousandSeparator
          {...form.getInputProps('every_seconds')}
        />
        <NumberInput
          label="New issues an hour, at most"
          description="The rest waits, the latest first"
          min={1}
          max={100_000}
          allowDecimal={false}
          thousandSeparator
          {...form.getInputProps('new_per_hour')}
        />
        <TextInput
          label="The first look goes back"
          description="As 24h, 14d or 12w"
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps('stats_period')}
        />
      </SimpleGrid>
      <Switch
        label="On"
        description="Off: it takes nothing new; what it filed is still followed."
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
    </Stack>
  );
}
