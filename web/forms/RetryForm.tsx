import { Button, Group, Input, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Report, ReportEdit } from '../../src/contract/reports.ts';
import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { reportQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { RedNote } from '../ui/Notes.tsx';
import { TagField } from '../ui/TagField.tsx';
import { MarkdownField } from './MarkdownField.tsx';
import { SEVERITY_CHOICES } from './severity.ts';

interface Values {
  title: string;
  description: string;
  tags: string[];
  severity: string;
}

function changesOf(report: Report, values: Values): ReportEdit {
  return {
    ...(values.title === report.title ? {} : { title: values.title }),
    ...(values.description === report.description ? {} : { description: values.description }),
    ...(values.tags.join('\n') === report.tags.join('\n') ? {} : { tags: values.tags }),
    ...(values.severity === '' || values.severity === report.severity
      ? {}
      : { severity: values.severity as NonNullable<ReportEdit['severity']> }),
  };
}

/** Corrects what GitHub refused, and tries again. */
export function RetryForm({ report, onDone }: { report: Report; onDone: () => void }) {
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      title: report.title,
      description: report.description,
      tags: report.tags,
      severity: report.severity ?? '',
    },
    validate: { title: (value) => (value.trim() === '' ? 'Write a title.' : null) },
  });
  const retry = useMutation({
    mutationFn: (values: Values) =>
      request('retryReport', { params: { id: report.id }, body: changesOf(report, values), waitSeconds: 1 }),
    onSuccess: (next) => {
      client.setQueryData(reportQuery(report.id).queryKey, next);
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const description = form.getInputProps('description');
  return (
    <form onSubmit={form.onSubmit((values) => retry.mutate(values))}>
      <Stack>
        {retry.isError && <RedNote title="It was not tried again">{sentenceOf(retry.error)}</RedNote>}
        <TextInput label="Title" required withAsterisk={false} {...form.getInputProps('title')} />
        <MarkdownField
          label="Description"
          value={form.values.description}
          onChange={description.onChange}
          error={description.error as string | undefined}
        />
        <Input.Wrapper label="Severity" labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label="Severity"
            mt={4}
            data={report.severity === null ? SEVERITY_CHOICES : SEVERITY_CHOICES.slice(1)}
            {...form.getInputProps('severity')}
          />
        </Input.Wrapper>
        <TagField label="Tags" max={20} {...form.getInputProps('tags')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Leave as it was
          </Button>
          <Button type="submit" loading={retry.isPending}>
            Save and try again
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
