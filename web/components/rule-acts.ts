import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import type { SentryRule } from '../../src/contract/sentry.ts';
import { SENTRY_KEY } from '../api/error-queries.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';

/** Looks for new Sentry issues now. */
export function useRunRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: SentryRule) => request('runSentryRule', { params: { id: rule.id } }),
    onSuccess: (_run, { name }) => {
      notifications.show({ message: `“${name}” looks for new errors now.` });
      void client.invalidateQueries({ queryKey: SENTRY_KEY });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'It did not start', message: sentenceOf(error) }),
  });
}

/**
 * The rules in the order in which they were put, and `move`, which puts one a place up or down: here at once, then for everybody, all
 * places by one request. However quickly moves follow each other, each starts from the one before, whatever is read meanwhile. A
 * refused one brings back what the hub has.
 */
export function useRuleOrder(rules: readonly SentryRule[]): {
  rules: readonly SentryRule[];
  move: (id: string, by: 1 | -1) => void;
} {
  const client = useQueryClient();
  // what the last press asked for, until the hub has it; a press may come before the page is drawn anew
  const wanted = useRef<string[] | null>(null);
  const [shown, setShown] = useState<string[] | null>(null);
  const want = (ids: string[] | null) => {
    wanted.current = ids;
    setShown(ids);
  };
  const { mutate } = useMutation({
    scope: { id: 'order of the rules' }, // one after the other
    mutationFn: (ids: string[]) => request('orderSentryRules', { body: { ids } }),
    onError: (error) => {
      want(null);
      notifications.show({ color: 'red', title: 'Not moved', message: sentenceOf(error) });
    },
    onSettled: async (_answer, _error, ids) => {
      if (wanted.current !== null && wanted.current !== ids) return; // another move follows
      await client.invalidateQueries({ queryKey: SENTRY_KEY });
      if (wanted.current === ids) want(null);
    },
  });
  return {
    rules: inOrder(rules, shown),
    move: (id, by) => {
      const ids = moved(wanted.current ?? rules.map((rule) => rule.id), id, by);
      want(ids);
      mutate(ids);
    },
  };
}

/** What nobody put anywhere comes last. */
function inOrder(rules: readonly SentryRule[], ids: readonly string[] | null): readonly SentryRule[] {
  if (ids === null) return rules;
  const placeOf = ({ id }: SentryRule) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  return rules.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function moved(ids: readonly string[], id: string, by: 1 | -1): string[] {
  const at = ids.indexOf(id);
  return at === -1 || at + by < 0 ? [...ids] : ids.toSpliced(at, 1).toSpliced(at + by, 0, id);
}
