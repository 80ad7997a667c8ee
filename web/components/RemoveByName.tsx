import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { sentenceOf } from '../api/errors.ts';
import { RedNote } from '../ui/Notes.tsx';

interface RemoveByNameProps {
  /** What it is, as "connection". */
  what: string;
  /** What must be typed. */
  name: string;
  /** What goes and what stays, beside the button. */
  note: string;
  /** What happens then, in the question. */
  then: string;
  /** It cannot be removed here; `note` says why. */
  fixed?: boolean;
  onRemove: () => Promise<unknown>;
}

/** Removes something for good. Dangerous, so its name is asked for. */
export function RemoveByName(props: RemoveByNameProps) {
  const { what, name, note, fixed = false } = props;
  const [opened, dialog] = useDisclosure(false);
  return (
    <Group justify="space-between" mt="xl" pt="lg" style={{ borderTop: '1px solid var(--edge)' }}>
      <Text c="dimmed" flex="1 1 260px">
        {note}
      </Text>
      <Button variant="light" color="red" disabled={fixed} onClick={dialog.open}>
        Remove the {what}
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={`Remove ${name}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Question {...props} onClose={dialog.close} />
      </Modal>
    </Group>
  );
}

function Question({ name, then, onRemove, onClose }: RemoveByNameProps & { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const remove = useMutation({ mutationFn: onRemove });
  const right = typed.trim() === name.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (right) remove.mutate();
      }}
    >
      <Stack>
        <Text>{then}</Text>
        <TextInput
          data-autofocus
          label={`Type ${name} to confirm`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {remove.isError && <RedNote>{sentenceOf(remove.error)}</RedNote>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" disabled={!right} loading={remove.isPending}>
            Remove it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
