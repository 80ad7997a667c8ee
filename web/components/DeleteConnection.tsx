import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { Connection } from '../../src/contract/connections.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { paths } from '../paths.ts';
import { RedNote } from '../ui/Notes.tsx';
import { useGo } from './Link.tsx';

/** Removes a connection. Dangerous, so the repository's name is asked for. */
export function DeleteConnection({ connection }: { connection: Connection }) {
  const { repository, source } = connection;
  const [opened, dialog] = useDisclosure(false);
  const fixed = source === 'environment';
  return (
    <Group justify="space-between" mt="xl" pt="lg" style={{ borderTop: '1px solid var(--edge)' }}>
      <Text c="dimmed" flex="1 1 260px">
        {fixed
          ? 'This connection is made by the environment: take GITHUB_REPO away there, or switch it off above.'
          : 'Removing the connection deletes its token. Reports and their issues stay.'}
      </Text>
      <Button variant="light" color="red" disabled={fixed} onClick={dialog.open}>
        Remove the connection
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={`Remove ${repository}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Confirm connection={connection} onClose={dialog.close} />
      </Modal>
    </Group>
  );
}

function Confirm({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { id, repository } = connection;
  const client = useQueryClient();
  const go = useGo();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => request('deleteConnection', { params: { id } }),
    onSuccess: () => {
      go(paths.github(), { replace: true });
      client.removeQueries({ queryKey: ['connections', id] });
      void client.invalidateQueries({ queryKey: ['connections'] });
      void client.invalidateQueries({ queryKey: ['session'] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === repository) remove.mutate();
      }}
    >
      <Stack>
        <Text>
          New reports will be kept and wait until another repository is connected. What is on GitHub stays there.
        </Text>
        <TextInput
          data-autofocus
          label={`Type ${repository} to confirm`}
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
          <Button type="submit" color="red" disabled={typed.trim() !== repository} loading={remove.isPending}>
            Remove it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
