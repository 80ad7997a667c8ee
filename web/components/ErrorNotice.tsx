import { Button } from '@mantine/core';

import type { ErrorDetail } from '../../src/contract/errors.ts';
import { AmberNote, QuietNote, RedNote } from '../ui/Notes.tsx';
import { fileError, retryError, useErrorAct } from './error-acts.ts';

/** Why an error is not, or not yet, an issue, or why both sides stand apart; and what can be done about it. */
export function ErrorNotice({ error }: { error: ErrorDetail }) {
  const { state, conflict, explanation, may } = error;
  const action = may.file ? <FileIt error={error} /> : may.retry && <TryAgain error={error} />;
  if (conflict !== null)
    return (
      <RedNote title="A person must decide" action={action}>
        {conflict} Neither side was overwritten. Set one side as you want it, in Sentry or on GitHub, then compare anew.
      </RedNote>
    );
  if (state === 'failed')
    return (
      <RedNote title="GitHub refused it" action={action}>
        {explanation}
      </RedNote>
    );
  if (state === 'pending')
    return (
      <QuietNote title="On its way to GitHub" action={action}>
        {explanation}
      </QuietNote>
    );
  if (state === 'waiting')
    return (
      <AmberNote title="It waits its turn" action={action}>
        {explanation}
      </AmberNote>
    );
  if (state === 'skipped')
    return (
      <QuietNote title="It is not an issue" action={action}>
        {explanation}
      </QuietNote>
    );
  // filed: the state line says where; what stands in the way of telling is said here
  return may.retry ? (
    <AmberNote title="What changed could not be told" action={action}>
      {explanation}
    </AmberNote>
  ) : null;
}

function TryAgain({ error: { id, conflict } }: { error: ErrorDetail }) {
  const act = useErrorAct(id, 'Not tried again');
  return (
    <Button variant="default" loading={act.isPending} onClick={() => act.mutate(() => retryError(id))}>
      {conflict === null ? 'Try again' : 'Compare anew'}
    </Button>
  );
}

function FileIt({ error: { id } }: { error: ErrorDetail }) {
  const act = useErrorAct(id, 'Not filed');
  return (
    <Button loading={act.isPending} onClick={() => act.mutate(() => fileError(id))}>
      File it
    </Button>
  );
}
