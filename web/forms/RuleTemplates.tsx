import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';

import { RulePreview } from '../components/RulePreview.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { CODE_STYLES } from './form-base.tsx';
import type { RuleValues } from './rule-values.ts';
import { triedDraftOf } from './rule-values.ts';

/** Title and text of the issues, with what they make of a real Sentry issue beside them. */
export function RuleTemplates({ form }: { form: UseFormReturnType<RuleValues> }) {
  const [shown, setShown] = useState(false);
  const [issue, setIssue] = useState('');
  const { sentry_connection_id: from, connection_id: to } = form.values;
  const possible = from !== '' && to !== '';
  return (
    <Stack>
      <Textarea
        label="Title"
        description="Liquid; empty for the default: 🐛 Sentry: {{ title }}"
        autosize
        minRows={1}
        styles={CODE_STYLES}
        spellCheck={false}
        {...form.getInputProps('title_template')}
      />
      <Textarea
        label="Text"
        description="Liquid; empty for the default, which has the facts, the stack, and the way back to Sentry."
        autosize
        minRows={4}
        maxRows={24}
        styles={CODE_STYLES}
        spellCheck={false}
        {...form.getInputProps('body_template')}
      />
      <Disclosure summary="What a template may use">
        <TemplateWords />
      </Disclosure>
      {shown && possible ? (
        <>
          <TextInput
            label="Show it with"
            description="A Sentry issue’s number or short id; empty for the latest that the search finds"
            autoComplete="off"
            spellCheck={false}
            value={issue}
            onChange={(event) => setIssue(event.currentTarget.value)}
          />
          <RulePreview rule={triedDraftOf(form.values)} issue={issue.trim()} />
        </>
      ) : (
        <Group>
          <Button variant="default" disabled={!possible} onClick={() => setShown(true)}>
            Preview with a real error
          </Button>
          {!possible && <Text c="dimmed">Choose a Sentry and a repository first.</Text>}
        </Group>
      )}
    </Stack>
  );
}

const WORDS: [names: string, means: string][] = [
  ['title, type, message, culprit, location', 'what happened and where; one line each'],
  ['level, status, priority, category, platform', 'Sentry’s own words; priority by the thresholds of this rule'],
  ['events, users, events_text, users_text', 'all-time counts, as numbers and as 18,234'],
  ['first_seen, last_seen', 'as 2026-02-03 21:44 UTC'],
  ['project, project_name, release, environment, tenant', 'where it comes from'],
  ['short_id, permalink, sentry_link, url', 'the ways to Sentry and to this hub'],
  ['message_block, stack', 'whole blocks of text'],
  ['tags, evidence, others', 'lists with name and value; others are more Sentry issues of the same error'],
  ['code.NAME', 'any of the lines as code, safe in a table too'],
];

function TemplateWords() {
  return (
    <dl style={{ display: 'grid', gap: 6, margin: 0 }}>
      {WORDS.map(([names, means]) => (
        <div key={names}>
          <dt>
            <code>{names}</code>
          </dt>
          <dd style={{ margin: 0, color: 'var(--mantine-color-dimmed)' }}>{means}</dd>
        </div>
      ))}
    </dl>
  );
}
