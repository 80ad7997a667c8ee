import { Anchor, Text } from '@mantine/core';

import type { MirroredIssueDetail } from '../../src/contract/mirror.ts';
import { countText } from '../ui/format.ts';
import { withoutUnseen } from '../ui/github-text.ts';
import { Markdown } from '../ui/Markdown.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './Conversation.module.css';
import { Section } from './Section.tsx';

type Comments = MirroredIssueDetail['conversation'];

interface ConversationProps {
  body: string | null;
  author: string | null;
  createdAt: string;
  comments: Comments;
  /** How many GitHub counts. */
  count: number;
}

/** What was written on GitHub, oldest first. */
export function Conversation({ body, author, createdAt, comments, count }: ConversationProps) {
  const missing = count - comments.length;
  return (
    <Section title="Conversation">
      <Said author={author} at={createdAt} url={null}>
        {body}
      </Said>
      {comments.map((comment) => (
        <Said key={comment.id} author={comment.author} at={comment.created_at} url={comment.url}>
          {comment.body}
        </Said>
      ))}
      {missing > 0 && (
        <Text size="sm" c="dimmed" className={classes.missing}>
          GitHub counts {countText(missing, 'comment')} more than are mirrored. Only comments of linked issues are read,
          or the newest are on their way.
        </Text>
      )}
    </Section>
  );
}

interface SaidProps {
  author: string | null;
  at: string;
  url: string | null;
  children: string | null;
}

function Said({ author, at, url, children }: SaidProps) {
  const when = <Time at={at} />;
  const text = withoutUnseen(children ?? '');
  return (
    <article className={classes.said}>
      <Text size="sm" c="dimmed" mb={4}>
        <Text span c="var(--mantine-color-text)" fw={600}>
          {author ?? 'somebody'}
        </Text>{' '}
        {url === null ? (
          when
        ) : (
          <Anchor href={url} target="_blank" rel="noopener noreferrer" inherit>
            {when}
          </Anchor>
        )}
      </Text>
      {text === '' ? <Text c="dimmed">Nothing was written.</Text> : <Markdown source={text} />}
    </article>
  );
}
