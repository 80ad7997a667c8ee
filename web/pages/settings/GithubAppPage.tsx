import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

import type { RouteAnswer } from '../../../src/contract/routes.ts';
import { fieldErrors, sentenceOf } from '../../api/errors.ts';
import { appsQuery, queryClient } from '../../api/queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { Link, useGo } from '../../components/Link.tsx';
import { Section } from '../../components/Section.tsx';
import { paths } from '../../paths.ts';
import { AmberNote, LoadError, QuietNote, RedNote } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

type OneApp = RouteAnswer<'listApps'>['items'][number];

/** A GitHub App in three steps: GitHub makes it, its owner installs it, and a repository is connected with it. */
export default function GithubAppPage() {
  const taking = useTaking();
  const apps = useQuery({ ...appsQuery, enabled: taking !== 'pending' });
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title="GitHub App"
        lede="An App acts under its own name, belongs to nobody’s account, and has a rate limit of its own."
        above={<BackLink to={paths.github()}>GitHub</BackLink>}
      />
      <Stack gap="lg">
        {taking === 'pending' && <QuietNote>Taking over the App that GitHub made…</QuietNote>}
        {taking instanceof Error && <RedNote title="The App was not taken over">{sentenceOf(taking)}</RedNote>}
        {apps.error !== null && <LoadError sentence={sentenceOf(apps.error)} onRetry={() => void apps.refetch()} />}
        {apps.data === undefined && apps.error === null && <WaitingRows rows={2} height={72} />}
        {apps.data?.items.map((app) => (
          <AppSection key={`${app.base_url} ${app.app_id}`} app={app} />
        ))}
        <NewApp />
      </Stack>
    </div>
  );
}

/** GitHub sent the browser back with a code: it is exchanged once, and leaves the address. */
function useTaking(): 'idle' | 'pending' | Error {
  const { code, state } = useSearch({ strict: false });
  const go = useGo();
  const begun = useRef(false);
  const take = useMutation({
    mutationFn: (body: { code: string; state: string }) => request('makeApp', { body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: appsQuery.queryKey }),
    onSuccess: () => go(paths.githubApp()),
  });
  useEffect(() => {
    if (code === undefined || state === undefined || begun.current) return;
    begun.current = true;
    take.mutate({ code, state });
  }, [code, state, take]);
  if (take.error !== null) return take.error;
  return code !== undefined && state !== undefined && !take.isSuccess ? 'pending' : 'idle';
}

function AppSection({ app }: { app: OneApp }) {
  const { name, installations, problem, install_url: installUrl, webhooks } = app;
  return (
    <Section title={name}>
      <Stack>
        {problem !== null && <AmberNote>{problem}</AmberNote>}
        {installations.length === 0 && problem === null && (
          <Text>It is made. Now install it on the repositories that reports go to.</Text>
        )}
        {installations.map(({ id, account, all_repositories: all, suspended }) => (
          <div key={id}>
            <strong>{account}</strong> · {all ? 'all repositories' : 'chosen repositories'}
            {suspended && ' · suspended on GitHub'}{' '}
            <Anchor component={Link} to={paths.githubNew(searchOf(app, id))} underline="always">
              Connect a repository
            </Anchor>
          </div>
        ))}
        {!webhooks && (
          <Text size="sm" c="dimmed">
            It has no webhook, for GitHub cannot reach this hub: changes arrive with each sync.
          </Text>
        )}
        <div>
          <Button component="a" href={installUrl} variant={installations.length === 0 ? 'filled' : 'default'}>
            {installations.length === 0 ? 'Install it on GitHub' : 'Install it elsewhere too'}
          </Button>
        </div>
      </Stack>
    </Section>
  );
}

/** What the form of a new connection begins with. */
function searchOf({ app_id: app, base_url: at }: OneApp, installation: number): string {
  return new URLSearchParams({ app, at, installation: String(installation) }).toString();
}

function NewApp() {
  const form = useForm({ initialValues: { base_url: 'https://api.github.com', organization: '' } });
  const begin = useMutation({
    mutationFn: ({ base_url: baseUrl, organization }: typeof form.values) =>
      request('beginApp', {
        body: {
          base_url: baseUrl.trim(),
          ...(organization.trim() === '' ? {} : { organization: organization.trim() }),
        },
      }),
    onSuccess: postToGithub,
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Section title="A new App">
      <form onSubmit={form.onSubmit((values) => begin.mutate(values))}>
        <Stack>
          <TextInput
            label="Organisation"
            description="Whose App it is; empty: yours. GitHub asks you to confirm."
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('organization')}
          />
          <TextInput
            label="API address"
            description="https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('base_url')}
          />
          {begin.isError && <RedNote>{sentenceOf(begin.error)}</RedNote>}
          <div>
            <Button type="submit" loading={begin.isPending || begin.isSuccess}>
              Make the App on GitHub
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  );
}

/** GitHub wants the manifest from a form that the person's own browser posts. */
function postToGithub({ action_url: action, manifest }: RouteAnswer<'beginApp'>): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = action;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'manifest';
  field.value = manifest;
  form.append(field);
  document.body.append(form);
  form.submit();
}
