import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Delivery } from '../../src/contract/deliveries.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { eventWords } from '../mirror-words.ts';

/** Applies a delivery again, now. Applying twice changes nothing, so it needs no question. */
export function ReplayButton({ delivery, size }: { delivery: Delivery; size: 'sm' | 'compact-md' }) {
  const client = useQueryClient();
  const replay = useMutation({
    mutationFn: () => request('replayDelivery', { params: { id: delivery.id } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['deliveries'] });
      void client.invalidateQueries({ queryKey: ['health'] });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not replayed', message: sentenceOf(error) }),
  });
  return (
    <Button
      variant="default"
      size={size}
      loading={replay.isPending}
      onClick={() => replay.mutate()}
      aria-label={`Replay ${eventWords(delivery)} ${delivery.guid}`}
    >
      Replay
    </Button>
  );
}
