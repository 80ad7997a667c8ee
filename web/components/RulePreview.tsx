import { Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import type { SentryRuleDraft } from '../../src/contract/sentry.ts';
import { sentenceOf } from '../api/errors.ts';
import { rulePreviewQuery } from '../api/error-queries.ts';
import { withoutUnseen } from '../ui/github-text.ts';
import { Label } from '../ui/Label.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import classes from './RulePreview.module.css';

/** One stops typing before Sentry is asked. */
const TYPING_MS = 700;

interface RulePreviewProps {
  rule: SentryRuleDraft;
  /** Number or short id; '' for the latest that the search finds. */
  issue: string;
}

/** What a rule's templates make of a real Sentry issue, as GitHub would show it. Follows what is typed. */
export function RulePreview({ rule, issue }: RulePreviewProps) {
  const [asked] = useDebouncedValue(JSON.stringify({ rule, issue }), TYPING_MS);
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    ...rulePreviewQuery(asked),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <RedNote title="No preview">{sentenceOf(error)}</RedNote>;
  if (data === undefined) return <WaitingRows rows={1} height={320} />;
  return (
    <section aria-label="Preview" className={classes.preview} data-old={isPlaceholderData || undefined}>
      <Text size="sm" c="dimmed" role="status">
        {isFetching ? 'Sentry is being asked…' : `${data.issue.short_id ?? data.issue.id} as it would be filed`}
      </Text>
      <p className={classes.title}>{data.title}</p>
      <Group gap={4} mb="sm">
        {data.labels.map((name) => (
          <Label key={name} name={name} />
        ))}
      </Group>
      <Markdown source={withoutUnseen(data.body)} />
    </section>
  );
}
