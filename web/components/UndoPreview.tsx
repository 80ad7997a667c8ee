import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { UndoPreview as Preview, UndoRequest } from '../../src/contract/undo.ts';
import { SENTRY_KEY } from '../api/error-queries.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { undoPreviewQuery } from '../api/undo-queries.ts';
import { paths } from '../paths.ts';
import { undoQuestion, undoStays } from '../undo-words.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { countText, numberText } from '../ui/format.ts';
import { AmberNote, LoadError } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { useGo } from './Link.tsx';
import { UndoItems } from './UndoItems.tsx';

const SHOWN_FIRST = 50;

/** What would be taken back, with the one button that does it. */
export function UndoPreview({ asked }: { asked: UndoRequest }) {
  const { data, error, refetch } = useQuery(undoPreviewQuery(asked));
  if (data !== undefined) return <Shown asked={asked} preview={data} />;
  if (error !== null) return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  return <WaitingRows rows={4} height={84} />;
}

function useStart(asked: UndoRequest) {
  const client = useQueryClient();
  const go = useGo();
  return useMutation({
    mutationFn: (until: string) => request('startUndo', { body: { ...asked, until } }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: SENTRY_KEY });
      go(paths.undoRun(id));
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not begun', message: sentenceOf(error) }),
  });
}

function Shown({ asked, preview }: { asked: UndoRequest; preview: Preview }) {
  const start = useStart(asked);
  const [shown, setShown] = useState(SHOWN_FIRST);
  const { words, items, totals, complete, until } = preview;
  const stays = undoStays(totals.told);
  return (
    <Stack gap="sm">
      <Text role="status">
        {words}: {countText(totals.waiting, 'thing')} would be set back
        {totals.left > 0 && `, ${numberText(totals.left)} left alone`}. Nothing was changed so far.
      </Text>
      {stays !== null && <Text c="dimmed">{stays}</Text>}
      {totals.waiting > 0 && (
        <div>
          <Confirm
            harmless
            action={`Set ${countText(totals.waiting, 'thing')} back`}
            question={undoQuestion(totals.waiting)}
            busy={start.isPending}
            onConfirm={() => start.mutate(until)}
          >
            Each is read anew on both sides first, and set back one after the other. What somebody changed since is left
            alone, and both sides agree on what stands then. It can be stopped. A rule that is on goes on: switch it off
            first where it would do the same again.
          </Confirm>
        </div>
      )}
      {!complete && <AmberNote>There are more than are shown: these are the latest. All are set back.</AmberNote>}
      {items.length > 0 && <UndoItems planned items={items.slice(0, shown)} label="What would be set back" />}
      {items.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN_FIRST)}>
          Show more of {numberText(items.length)}
        </Button>
      )}
    </Stack>
  );
}
