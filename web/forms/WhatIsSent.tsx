import { ActionIcon, Button, Table, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';

import { contextWord } from '../words.ts';
import { Disclosure } from '../ui/Disclosure.tsx';

interface WhatIsSentProps {
  context: Record<string, string>;
  leftOut: readonly string[];
  onChange: (leftOut: string[]) => void;
}

/** What goes along with the report: all of it visible, each line removable. */
export function WhatIsSent({ context, leftOut, onChange }: WhatIsSentProps) {
  const sent = Object.entries(context).filter(([field]) => !leftOut.includes(field));
  const names = sent.map(([field]) => contextWord(field).toLowerCase()).join(', ');
  return (
    <Disclosure summary={<span>What will be sent besides: {names === '' ? 'nothing' : names}</span>}>
      <Table layout="fixed" verticalSpacing={4}>
        <Table.Tbody>
          {sent.map(([field, value]) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={400} c="dimmed" w={110} p={4}>
                {contextWord(field)}
              </Table.Th>
              <Table.Td p={4} style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Table.Td>
              <Table.Td w={36} p={0}>
                <ActionIcon
                  size={28}
                  aria-label={`Do not send: ${contextWord(field)}`}
                  onClick={() => onChange([...leftOut, field])}
                >
                  <IconX size={15} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt={4}>
        Your name goes along too, so that you can be told what becomes of it.
        {leftOut.length > 0 && (
          <Button variant="transparent" size="compact-sm" onClick={() => onChange([])}>
            Send all of it again
          </Button>
        )}
      </Text>
    </Disclosure>
  );
}
