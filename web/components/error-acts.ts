import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { ErrorDetail } from '../../src/contract/errors.ts';
import { errorQuery } from '../api/error-queries.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';

/** What a person can do about one error: what the hub answers is shown at once. */
export function useErrorAct(id: string, refusal: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: () => Promise<ErrorDetail>) => act(),
    onSuccess: (next) => {
      // the act of a shared issue may be told under another of its Sentry issues
      if (next.id === id) client.setQueryData(errorQuery(id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['errors'] });
    },
    onError: (error) => notifications.show({ color: 'red', title: refusal, message: sentenceOf(error) }),
  });
}

/** Tries again now; ends a conflict by comparing both sides anew. */
export const retryError = (id: string) => request('retryError', { params: { id } });
/** Files one that no rule took, or that waits its turn. */
export const fileError = (id: string) => request('fileError', { params: { id } });
/** Sets what was there before an act. */
export const undoAct = (id: string) => request('undoReflection', { params: { id } });
