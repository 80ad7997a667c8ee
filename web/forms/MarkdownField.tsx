import { Paper, Tabs, Text, Textarea } from '@mantine/core';
import { useState } from 'react';

import { Markdown } from '../ui/Markdown.tsx';

interface MarkdownFieldProps {
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

const ROWS = 9;

/** A text in Markdown, with a look at how it will read. */
export function MarkdownField({ label, description, placeholder, value, error, onChange }: MarkdownFieldProps) {
  const [tab, setTab] = useState<string | null>('write');
  return (
    <Tabs value={tab} onChange={setTab} variant="default" keepMounted={false}>
      <Tabs.List mb="xs">
        <Tabs.Tab value="write">Write</Tabs.Tab>
        <Tabs.Tab value="preview">Preview</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="write">
        <Textarea
          label={label}
          description={description}
          placeholder={placeholder}
          autosize
          minRows={ROWS}
          maxRows={28}
          value={value}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Tabs.Panel>
      <Tabs.Panel value="preview">
        <Text size="md" fw={500}>
          {label}
        </Text>
        <Paper p="md" mt={4} mih={230}>
          {value.trim() === '' ? <Text c="dimmed">Nothing to preview yet.</Text> : <Markdown source={value} />}
        </Paper>
      </Tabs.Panel>
    </Tabs>
  );
}
