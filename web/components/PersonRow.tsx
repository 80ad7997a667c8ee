import { Badge, Button, NativeSelect, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { RouteAnswer, RouteInput } from '../../src/contract/routes.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { asRole, ROLE_CHOICES } from '../forms/role.ts';
import { ShownOnce } from '../ui/Copy.tsx';
import { Row } from '../ui/Rows.tsx';
import { Time } from '../ui/Time.tsx';
import { roleWord } from '../words.ts';
import { useSession } from './session.ts';

type Account = RouteAnswer<'listAccounts'>['items'][number];

function useChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NonNullable<RouteInput<'changeAccount'>['body']>) =>
      request('changeAccount', { params: { id }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not changed', message: sentenceOf(error) }),
  });
}

/** One person: role, access, and a new link for one who lost theirs. */
export function PersonRow({ account }: { account: Account }) {
  const { account: me } = useSession();
  const change = useChange(account.id);
  const link = useMutation({
    mutationFn: () => request('inviteAgain', { params: { id: account.id } }),
    onError: (error) => notifications.show({ color: 'red', title: 'No link was made', message: sentenceOf(error) }),
  });
  const self = me.id === account.id;
  const { name, email, role, disabled, has_password: hasPassword, created_at: since } = account;
  const note = (
    <>
      {email} · since <Time at={since} />
      {!hasPassword && ' · invited, has no password yet'}
      {link.data !== undefined && (
        <div style={{ marginTop: 8 }}>
          <ShownOnce
            text={link.data.link}
            note={`Give this link to ${name}: it opens once, within 7 days, and sets a password.`}
          />
        </div>
      )}
    </>
  );
  return (
    <Row
      title={
        <>
          {name}{' '}
          {self && (
            <Text span c="dimmed">
              (you)
            </Text>
          )}{' '}
          {disabled && (
            <Badge color="gray" size="sm">
              switched off
            </Badge>
          )}
        </>
      }
      note={note}
      end={
        <>
          <Button variant="subtle" size="compact-md" loading={link.isPending} onClick={() => link.mutate()}>
            {hasPassword ? 'Reset the password' : 'New link'}
          </Button>
          {!self && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-md"
              loading={change.isPending}
              onClick={() => change.mutate({ disabled: !disabled })}
            >
              {disabled ? 'Switch on' : 'Switch off'}
            </Button>
          )}
          {role === 'system_admin' || self ? (
            <Text size="sm" c="dimmed" miw={116}>
              {roleWord(role)}
            </Text>
          ) : (
            <NativeSelect
              size="xs"
              w={116}
              aria-label={`Role of ${name}`}
              data={ROLE_CHOICES}
              value={role}
              onChange={(event) => change.mutate({ role: asRole(event.currentTarget.value) })}
            />
          )}
        </>
      }
    />
  );
}
