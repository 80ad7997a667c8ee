import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Hook } from '../../src/contract/deliveries.ts';
import { sentenceOf } from '../api/errors.ts';
import { hooksQuery, partsOf, repositoryQuery } from '../api/mirror-queries.ts';
import { request } from '../api/request.ts';

/** GitHub sends a ping, and notes how it was answered, only after it has said that it will. */
const PING_MS = 2000;

function useReadAgain(fullName: string): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: hooksQuery(fullName).queryKey });
    void client.invalidateQueries({ queryKey: repositoryQuery(fullName).queryKey });
  };
}

/** Makes a webhook at GitHub, for the repository or for all of its owner's. */
export function useMakeHook(fullName: string) {
  const again = useReadAgain(fullName);
  return useMutation({
    mutationFn: (kind: 'repository' | 'organization') =>
      request('createHook', { params: partsOf(fullName), body: { target_kind: kind } }),
    onSuccess: again,
  });
}

/** A new secret for webhooks made by hand. */
export function useMakeSecret(connectionId: string) {
  return useMutation({ mutationFn: () => request('makeWebhookSecret', { params: { id: connectionId } }) });
}

/** What can be done with one webhook; each refusal is said in a sentence. */
export function useHookActs(hook: Hook, fullName: string) {
  const again = useReadAgain(fullName);
  const params = { id: hook.id };
  const on = (title: string) => ({
    onSuccess: again,
    onError: (error: unknown) => notifications.show({ color: 'red', title, message: sentenceOf(error) }),
  });
  return {
    ping: useMutation({
      mutationFn: () => request('pingHook', { params }),
      ...on('No ping was sent'),
      onSuccess: () => void setTimeout(again, PING_MS),
    }),
    /** Sets address and secret anew, and asks for every event that the hub wants. */
    save: useMutation({
      mutationFn: () => {
        const events = [...hook.events, ...hook.missing_events];
        return request('changeHook', { params, body: hook.target_kind === 'app' ? {} : { events } });
      },
      ...on('Not saved'),
    }),
    turn: useMutation({
      mutationFn: () => request('changeHook', { params, body: { active: !hook.active } }),
      ...on('Not changed'),
    }),
    remove: useMutation({
      mutationFn: () => request('deleteHook', { params }),
      ...on('Not deleted'),
    }),
  };
}
