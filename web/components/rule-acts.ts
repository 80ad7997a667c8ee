import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

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

/** Puts a rule one place up or down. Places are counted anew, and only those that changed are said. */
export function useMoveRule(rules: readonly SentryRule[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, by }: { id: string; by: 1 | -1 }) => {
      for (const [position, rule] of moved(rules, id, by).entries()) {
        if (rule.position !== position)
          await request('changeSentryRule', { params: { id: rule.id }, body: { position } });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: SENTRY_KEY }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not moved', message: sentenceOf(error) }),
  });
}

function moved(rules: readonly SentryRule[], id: string, by: 1 | -1): SentryRule[] {
  const at = rules.findIndex((rule) => rule.id === id);
  const rule = rules[at];
  if (rule === undefined) return [...rules];
  return rules.toSpliced(at, 1).toSpliced(at + by, 0, rule);
}
