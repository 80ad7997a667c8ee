import { Button, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';

import type { SentryRule } from '../../src/contract/sentry.ts';
import { fieldOfInstant, instantOfField } from '../undo-words.ts';

/** What is to be taken back, as the address holds it. */
export interface UndoAsked {
  rule?: string;
  since?: string;
  until?: string;
}

interface UndoChoiceProps {
  rules: readonly SentryRule[];
  asked: UndoAsked;
  onChoose: (asked: UndoAsked) => void;
}

/** Which acts are meant: of which rule, and from when to when. */
export function UndoChoice({ rules, asked, onChoose }: UndoChoiceProps) {
  const [rule, setRule] = useState(asked.rule ?? '');
  const [since, setSince] = useState(fieldOfInstant(asked.since));
  const [until, setUntil] = useState(fieldOfInstant(asked.until));
  const [from, to] = [instantOfField(since), instantOfField(until)];
  const nothing = rule === '' && from === undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (nothing) return;
        onChoose({
          ...(rule === '' ? {} : { rule }),
          ...(from === undefined ? {} : { since: from }),
          ...(to === undefined ? {} : { until: to }),
        });
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" mb="md">
        <NativeSelect
          label="What this rule did"
          data={[{ value: '', label: 'Any rule' }, ...rules.map(({ id, name }) => ({ value: id, label: name }))]}
          value={rule}
          onChange={(event) => setRule(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="From"
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="Up to (empty: now)"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
      </SimpleGrid>
      <Button type="submit" variant="default" disabled={nothing}>
        Show what it would set back
      </Button>
    </form>
  );
}
