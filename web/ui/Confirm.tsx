import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';

// dialogs are a twentieth of a page's weight, and most people never open this one
const ConfirmDialog = lazy(() => import('./ConfirmDialog.tsx'));

interface ConfirmProps {
  /** What the button says, and what is done. */
  action: string;
  question: string;
  children: string;
  busy: boolean;
  /** It destroys nothing; it is only much at once. */
  harmless?: boolean;
  onConfirm: () => void;
}

/** A button for what cannot be undone, or is much at once: asks once, in words. */
export function Confirm({ action, question, children, busy, harmless = false, onConfirm }: ConfirmProps) {
  const [asked, setAsked] = useState(false);
  const [opened, setOpened] = useState(false);
  const ask = () => {
    setAsked(true);
    setOpened(true);
  };
  const confirm = () => {
    setOpened(false);
    onConfirm();
  };
  return (
    <>
      <Button
        {...(harmless ? { variant: 'default' } : { variant: 'subtle', color: 'red' })}
        size="compact-md"
        loading={busy}
        onClick={ask}
      >
        {action}
      </Button>
      {asked && (
        <Suspense>
          <ConfirmDialog
            opened={opened}
            action={action}
            question={question}
            harmless={harmless}
            onConfirm={confirm}
            onClose={() => setOpened(false)}
          >
            {children}
          </ConfirmDialog>
        </Suspense>
      )}
    </>
  );
}
