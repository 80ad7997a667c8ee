import { Paper, Tabs, Text, Textarea } from '@mantine/core';
import { useId, useState } from 'react';

import { Markdown } from '../ui/Markdown.tsx';
import classes from './MarkdownField.module.css';

interface MarkdownFieldProps {
  label: string;
  placeholder?: string;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

const ROWS_MIN = 8;
const ROWS_MAX = 28;

/** A text in Markdown, with a look at how it will read. */
export function MarkdownField({ label, placeholder, value, error, onChange }: MarkdownFieldProps) {
  const [tab, setTab] = useState<string | null>('write');
  const id = useId();
  return (
    <Tabs value={tab} onChange={setTab} variant="pills" keepMounted={false}>
      <div className={classes.head}>
        <label id={`${id}-label`} htmlFor={id} className={classes.label}>
          {label}
        </label>
        <Tabs.List>
          <Tabs.Tab value="write">Write</Tabs.Tab>
          <Tabs.Tab value="preview">Preview</Tabs.Tab>
        </Tabs.List>
      </div>
      <Tabs.Panel value="write">
        <Textarea
          id={id}
          {...(placeholder === undefined ? {} : { placeholder })}
          autosize
          minRows={ROWS_MIN}
          maxRows={ROWS_MAX}
          value={value}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Tabs.Panel>
      <Tabs.Panel value="preview">
        <Paper
          p="md"
          radius="md"
          className={classes.preview}
          tabIndex={0}
          role="region"
          aria-label={`${label} Preview`}
        >
          {value.trim() === '' ? <Text c="dimmed">Nothing to preview yet.</Text> : <Markdown source={value} />}
        </Paper>
      </Tabs.Panel>
    </Tabs>
  );
}
