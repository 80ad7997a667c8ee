import { ActionIcon, Button, Code, Group, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

import { copyText } from './clipboard.ts';

const SHOWN_MS = 2000;

function useCopy(text: string) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void copyText(text).then(setCopied);
  return { copied, copy };
}

/** A small button that copies a value, as a request id. */
export function CopyIcon({ text, label }: { text: string; label: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <ActionIcon size={24} onClick={copy} aria-label={copied ? 'Copied' : label} title={copied ? 'Copied' : label}>
      {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </ActionIcon>
  );
}

/** A secret or a link that is shown this once: all of it, and one button to take it. */
export function ShownOnce({ text, note }: { text: string; note: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <div role="status">
      <Text size="sm" mb="xs">
        {note}
      </Text>
      <Group gap="sm" wrap="nowrap" align="stretch">
        <Code block flex={1} miw={0} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {text}
        </Code>
        <Button
          variant="default"
          h="auto"
          onClick={copy}
          leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </Group>
    </div>
  );
}
