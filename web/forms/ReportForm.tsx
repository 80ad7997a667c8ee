import { Button, Group, Input, Paper, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';

import type { Report } from '../../src/contract/reports.ts';
import { ApiError, fieldErrors, sentenceOf } from '../api/errors.ts';
import { facetsQuery, reportQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { useSession } from '../components/session.ts';
import { RedNote } from '../ui/Notes.tsx';
import { TagField } from '../ui/TagField.tsx';
import { MarkdownField } from './MarkdownField.tsx';
import type { Draft } from './report-draft.ts';
import { gatherContext, keepDraft, loadDraft, newDraft } from './report-draft.ts';
import { SEVERITY_CHOICES } from './severity.ts';
import { WhatIsSent } from './WhatIsSent.tsx';

/** Seconds to wait for GitHub: often enough for the number to be there at once, short enough not to be felt. */
const WAIT_SECONDS = 1;
const TITLE_LENGTH_MAX = 1000;

interface ReportFormProps {
  from: string | undefined;
  version: string | undefined;
  title: string | undefined;
  onSent: (report: Report) => void;
}

function useDraft(owner: string, title: string | undefined) {
  const [draft, setDraft] = useState(() => loadDraft(owner, title));
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(owner, next);
  };
  const begin = () => {
    keepDraft(owner, null);
    setDraft(newDraft());
  };
  return { draft, change, begin };
}

function send(draft: Draft, context: Record<string, string>): Promise<Report> {
  const sent = Object.entries(context).filter(([field]) => !draft.left_out.includes(field));
  return request('createReport', {
    idempotencyKey: draft.key,
    waitSeconds: WAIT_SECONDS,
    body: {
      title: draft.title,
      description: draft.description,
      tags: draft.tags,
      context: Object.fromEntries(sent),
      ...(draft.severity === '' ? {} : { severity: draft.severity }),
    },
  });
}

/** The report being written. Kept in the browser until the hub has it, and safe to send twice. */
export function ReportForm({ from, version, title, onSent }: ReportFormProps) {
  const { account } = useSession();
  const client = useQueryClient();
  const { data: facets } = useQuery(facetsQuery);
  const { draft, change, begin } = useDraft(account.id, title);
  const [context] = useState(() => gatherContext(from, version));
  const sending = useMutation({
    mutationFn: () => send(draft, context),
    onSuccess: (report) => {
      client.setQueryData(reportQuery(report.id).queryKey, report);
      void client.invalidateQueries({ queryKey: ['reports', 'list'] });
      begin();
      onSent(report);
    },
  });
  const errors = fieldErrors(sending.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.title.trim() !== '') sending.mutate();
  };
  return (
    <Paper component="form" onSubmit={submit} p={{ base: 'md', xs: 'xl' }}>
      <Stack gap="lg">
        {sending.isError && <NotSent error={sending.error} onAnew={() => change({ key: newDraft().key })} />}
        <TextInput
          label="What is wrong?"
          placeholder="The invoice total is off by one cent"
          size="md"
          required
          withAsterisk={false}
          maxLength={TITLE_LENGTH_MAX}
          autoFocus
          value={draft.title}
          error={errors['title']}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <MarkdownField
          label="What happened, and what did you expect?"
          placeholder={'What you did, step by step.\nMarkdown works: **bold**, lists, `code`.'}
          value={draft.description}
          error={errors['description']}
          onChange={(description) => change({ description })}
        />
        <Input.Wrapper label="How bad is it?" labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label="How bad is it?"
            mt={4}
            data={SEVERITY_CHOICES}
            value={draft.severity}
            onChange={(severity) => change({ severity: severity as Draft['severity'] })}
          />
        </Input.Wrapper>
        <TagField
          label="Tags"
          description="They become labels on the issue. Enter or a comma ends one."
          suggestions={facets?.labels.map((label) => label.name) ?? []}
          max={20}
          value={draft.tags}
          error={errors['tags']}
          onChange={(tags) => change({ tags })}
        />
        <WhatIsSent context={context} leftOut={draft.left_out} onChange={(leftOut) => change({ left_out: leftOut })} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            What you write is kept in this browser until it is sent.
          </Text>
          <Button type="submit" size="md" loading={sending.isPending}>
            Send the report
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function NotSent({ error, onAnew }: { error: unknown; onAnew: () => void }) {
  // the first sending did arrive, and the text was changed after it
  const sentBefore = error instanceof ApiError && (error.status === 409 || error.problem.type.includes('idempotency'));
  return (
    <RedNote
      title="It is not sent yet"
      action={
        sentBefore && (
          <Button variant="default" onClick={onAnew}>
            Treat it as a new report
          </Button>
        )
      }
    >
      {sentenceOf(error)}
    </RedNote>
  );
}
