import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { MarkIcon } from './Mark.tsx';
import type { StateView } from './mark.model.ts';
import classes from './Notes.module.css';

interface NoteProps {
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}

const RED: StateView = { word: 'blocked', tone: 'red', shape: 'stop' };
const AMBER: StateView = { word: 'mind', tone: 'amber', shape: 'warning' };
const QUIET: StateView = { word: 'note', tone: 'accent', shape: 'open' };

function Note({ title, children, action, view, role }: NoteProps & { view: StateView; role: 'alert' | 'status' }) {
  return (
    <div className={classes.note} data-tone={view.tone} role={role}>
      <MarkIcon view={view} size={18} />
      <div className={classes.body}>
        <div className={classes.text}>
          {title !== undefined && <strong>{title}</strong>}
          <div>{children}</div>
        </div>
        {action !== undefined && action !== false && <div className={classes.action}>{action}</div>}
      </div>
    </div>
  );
}

/** Something that a person must act on. */
export function RedNote(props: NoteProps) {
  return <Note {...props} view={RED} role="alert" />;
}

/** Something worth minding; nothing is broken. */
export function AmberNote(props: NoteProps) {
  return <Note {...props} view={AMBER} role="status" />;
}

/** A fact, said quietly. */
export function QuietNote(props: NoteProps) {
  return <Note {...props} view={QUIET} role="status" />;
}

/** What could not be loaded, in a sentence, with the one thing to do. */
export function LoadError({ sentence, onRetry }: { sentence: string; onRetry: () => void }) {
  const again = (
    <Button variant="default" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <RedNote title="This could not be loaded" action={again}>
      {sentence}
    </RedNote>
  );
}

/** What a page will show, why it is empty, and the one next step. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Paper p="xl" ta="center">
      <Stack align="center" gap="sm" py="lg">
        <svg className={classes.line} width="64" height="40" viewBox="0 0 64 40" aria-hidden="true">
          <path d="M10 30v-6q0-6 6-6h32q6 0 6-6v-2" strokeDasharray="4 5" />
          <circle cx="10" cy="33" r="3.5" />
          <circle className={classes.end} cx="54" cy="7" r="3.5" />
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
