import { Button, Group, Modal, Stack, Text } from '@mantine/core';

interface ConfirmDialogProps {
  opened: boolean;
  action: string;
  question: string;
  children: string;
  harmless: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** The question of a `Confirm`. What keeps things as they are has the focus. */
export default function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, action, question, children, harmless, onConfirm, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={question} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text>{children}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {harmless ? 'Not now' : 'Keep it'}
          </Button>
          <Button {...(harmless ? {} : { color: 'red' })} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
