import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

import type { MirroredIssueDetail, MirroredPullDetail } from '../../src/contract/mirror.ts';
import { copyText } from '../ui/clipboard.ts';
import { Mark } from '../ui/Mark.tsx';
import type { StateView } from '../ui/mark.model.ts';
import { PageHeader } from '../ui/PageHeader.tsx';
import { BackLink } from './BackLink.tsx';
import { ChangeList } from './ChangeList.tsx';
import classes from './Columns.module.css';
import { usePageCommands } from './commands.ts';
import { Conversation } from './Conversation.tsx';
import { OnGithub } from './OnGithub.tsx';
import { Section } from './Section.tsx';

interface MirroredFrameProps {
  item: MirroredIssueDetail | MirroredPullDetail;
  state: StateView;
  /** Beside the state: one line of what matters most. */
  line: ReactNode;
  /** The list it is in. */
  back: string;
  facts: ReactNode;
  /** Below the facts. */
  beside?: ReactNode;
}

/** One mirrored issue or pull request: conversation and history on the left, facts on the right. */
export function MirroredFrame({ item, state, line, back, facts, beside }: MirroredFrameProps) {
  const { title, repository, number, url, body, author, created_at: createdAt, conversation, history } = item;
  usePageCommands([
    { label: `Open #${number} on GitHub`, run: () => void window.open(url, '_blank', 'noopener') },
    { label: 'Copy the link to this page', run: () => void copyText(location.href) },
  ]);
  return (
    <>
      <PageHeader
        title={title}
        above={<BackLink to={back}>{repository}</BackLink>}
        lede={
          <span className={classes.state} role="status">
            <Mark view={state} />
            <span>
              #{number} {line}
            </span>
          </span>
        }
        actions={<OnGithub url={url} />}
      />
      <div className={classes.columns}>
        <div className={classes.left}>
          <Conversation
            body={body}
            author={author}
            createdAt={createdAt}
            comments={conversation}
            count={item.comments}
          />
          <Section title="What changed">
            {history.length === 0 ? (
              <Text c="dimmed">Nothing since it was first read.</Text>
            ) : (
              <ChangeList changes={history} />
            )}
          </Section>
        </div>
        <div className={classes.left}>
          <Section title="Facts">{facts}</Section>
          {beside}
        </div>
      </div>
    </>
  );
}
