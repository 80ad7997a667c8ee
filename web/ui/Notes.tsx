import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface NoteProps {
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}

function Note({
  title,
  children,
  action,
  color,
  icon,
  role,
}: NoteProps & { color: string; icon: ReactNode; role: 'alert' | 'status' }) {
  return (
    <Alert variant="light" color={color} icon={icon} role={role} {...(title === undefined ? {} : { title })}>
      <Group justify="space-between" gap="sm">
        <Text component="div" size="md" c="var(--mantine-color-text)" flex="1 1 240px">
          {children}
        </Text>
        {action}
      </Group>
    </Alert>
  );
}

/** Something that a person must act on. */
export function RedNote(props: NoteProps) {
  return <Note {...props} color="red" role="alert" icon={<IconAlertTriangle size={18} />} />;
}

/** Something worth minding; nothing is broken. */
export function AmberNote(props: NoteProps) {
  return <Note {...props} color="yellow" role="status" icon={<IconAlertTriangle size={18} />} />;
}

/** A fact, said quietly. */
export function QuietNote(props: NoteProps) {
  return <Note {...props} color="line" role="status" icon={<IconInfoCircle size={18} />} />;
}

/** What could not be loaded, in a sentence, with the one thing to do. */
export function LoadError({ sentence, onRetry }: { sentence: string; onRetry: () => void }) {
  return (
    <RedNote
      title="This could not be loaded"
      action={
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {sentence}
    </RedNote>
  );
}

/** What a page will show, why it is empty, and the one next step. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Paper p="xl" ta="center">
      <Stack align="center" gap="sm" py="lg">
        <svg
          width="64"
          height="40"
          viewBox="0 0 64 40"
          fill="none"
          stroke="var(--tone-quiet)"
          strokeWidth="2"
          strokeLinecap="round"
          aria-hidden="true"
        >
          <path d="M10 30v-6q0-6 6-6h32q6 0 6-6v-2" strokeDasharray="4 5" />
          <circle cx="10" cy="33" r="3.5" />
          <circle cx="54" cy="7" r="3.5" fill="var(--tone-accent)" stroke="var(--tone-accent)" />
        </svg>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" maw="52ch">
          {children}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
