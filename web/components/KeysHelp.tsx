import { Group, Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';

import { setSingleKeys, singleKeysOn } from '../ui/keys.ts';

const KEYS: [keys: string[], does: string][] = [
  [['Ctrl', 'K'], 'Go to a page, or act on what is open (⌘ K on a Mac)'],
  [['c'], 'Report a problem'],
  [['/'], 'Focus the filter'],
  [['j', 'k'], 'Next and previous row'],
  [['x'], 'Select the row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Leave the filter, or clear the selection'],
  [['?'], 'This list'],
];

/** Lists the keys, and lets a person switch the single letters off. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeysOn());
  const change = (next: boolean) => {
    setOn(next);
    setSingleKeys(next);
  };
  return (
    <Modal opened onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Table>
          <Table.Tbody>
            {KEYS.map(([keys, does]) => (
              <Table.Tr key={does}>
                <Table.Th scope="row" w={110} fw={400}>
                  <Group gap={4} wrap="nowrap">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Table.Th>
                <Table.Td>
                  <Text size="md">{does}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch label="Single letters act" checked={on} onChange={(event) => change(event.currentTarget.checked)} />
      </Stack>
    </Modal>
  );
}
