import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

interface ConfirmProps {
  /** What the button says, and what is done. */
  action: string;
  question: string;
  children: string;
  busy: boolean;
  onConfirm: () => void;
}

/** A button for what cannot be undone: asks once, in words. */
export function Confirm({ action, question, children, busy, onConfirm }: ConfirmProps) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="subtle" color="red" size="compact-md" loading={busy} onClick={dialog.open}>
        {action}
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={question} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text>{children}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              Keep it
            </Button>
            <Button
              color="red"
              onClick={() => {
                dialog.close();
                onConfirm();
              }}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
