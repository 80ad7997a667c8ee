import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { sentenceOf } from '../api/errors.ts';
import { deliveriesQuery } from '../api/mirror-queries.ts';
import { request } from '../api/request.ts';
import type { DeliveriesAsked } from '../mirror-filter.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { countText } from '../ui/format.ts';
import { usePagedList } from './paged-list.ts';

/** Applies all deliveries again that have failed and that the filter shows. Not there while none has failed. */
export function ReplayFailed({ asked, failed }: { asked: DeliveriesAsked; failed: number | null }) {
  const { state, ...filter } = asked;
  const list = usePagedList(deliveriesQuery({ ...filter, state: 'failed' }));
  const client = useQueryClient();
  const replay = useMutation({
    mutationFn: () => request('replayFailedDeliveries', { body: filter }),
    onSuccess: ({ replayed }) => {
      void client.invalidateQueries({ queryKey: ['deliveries'] });
      void client.invalidateQueries({ queryKey: ['health'] });
      const are = replayed === 1 ? 'is' : 'are';
      notifications.show({ message: `${countText(replayed, 'delivery', 'deliveries')} ${are} applied again.` });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not replayed', message: sentenceOf(error) }),
  });
  if ((state ?? 'failed') !== 'failed' || list.items === undefined || list.items.length === 0) return null;
  // the first page alone does not tell how many there are, and the hub counts only all of them
  const count = list.hasNextPage ? (Object.keys(filter).length === 0 ? failed : null) : list.items.length;
  const many = count === null ? 'all that failed' : countText(count, 'failed delivery', 'failed deliveries');
  return (
    <Confirm
      harmless
      action={count === 1 ? 'Replay the failed one' : 'Replay all failed'}
      question={`Replay ${many}?`}
      busy={replay.isPending}
      onConfirm={() => replay.mutate()}
    >
      Each is applied again from its stored payload, from the first attempt on. What is applied twice changes nothing;
      what fails again stands here again.
    </Confirm>
  );
}
