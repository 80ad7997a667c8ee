import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';

import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { EntryFrame } from '../components/EntryFrame.tsx';
import { useTokenOfLink } from '../components/entry.ts';
import { useGo } from '../components/Link.tsx';
import { useEnter } from '../components/session.ts';
import { paths } from '../paths.ts';
import { RedNote } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';

/** Signs in with a link that works once, as the demo prints it. */
export default function LinkPage() {
  const token = useTokenOfLink();
  const enter = useEnter();
  const go = useGo();
  const use = useMutation({
    mutationFn: (value: string) => request('useLink', { body: { token: value } }),
    onSuccess: (session) => enter(session, paths.home()),
  });
  const start = useEffectEvent(() => {
    if (token !== null) use.mutate(token);
  });
  useEffect(() => start(), []);
  const problem =
    token === null ? 'The link is not complete: open all of it.' : use.isError ? sentenceOf(use.error) : null;
  return (
    <EntryFrame title="Signing you in">
      {problem === null ? (
        <WaitingRows rows={2} height={36} />
      ) : (
        <RedNote
          action={
            <Button variant="default" onClick={() => go(paths.signIn())}>
              Sign in with a password
            </Button>
          }
        >
          {problem}
        </RedNote>
      )}
    </EntryFrame>
  );
}
