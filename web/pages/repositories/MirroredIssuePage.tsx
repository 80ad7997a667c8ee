import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { MirroredIssueDetail } from '../../../src/contract/mirror.ts';
import { mirroredIssueQuery } from '../../api/mirror-queries.ts';
import { ErrorsOfIssue } from '../../components/ErrorsOfIssue.tsx';
import { ItemFacts } from '../../components/ItemFacts.tsx';
import { Link } from '../../components/Link.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { MirroredFrame } from '../../components/MirroredFrame.tsx';
import { useFullName } from '../../components/repository-page.ts';
import { issueState } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';
import { Fact } from '../../ui/Facts.tsx';

/** One issue as GitHub has it: what was said, what changed, and which reports are linked to it. */
export default function MirroredIssuePage() {
  const fullName = useFullName();
  const { number = '' } = useParams({ strict: false });
  return (
    <Loaded query={useQuery(mirroredIssueQuery(fullName, number))}>{(issue) => <OneIssue issue={issue} />}</Loaded>
  );
}

function OneIssue({ issue }: { issue: MirroredIssueDetail }) {
  const { author, moved_to: movedTo, reports, reactions, type, locked } = issue;
  const liked = Object.entries(reactions).filter(([, count]) => count > 0);
  return (
    <MirroredFrame
      item={issue}
      state={issueState(issue)}
      line={movedTo === null ? `opened by ${author ?? 'somebody'}` : `is now ${movedTo}`}
      back={paths.repositoryTab(issue.repository, 'issues')}
      beside={<ErrorsOfIssue issue={{ id: issue.id }} />}
      facts={
        <ItemFacts item={issue}>
          <Fact name="Reports">
            {reports.length === 0
              ? 'none is linked'
              : reports.map(({ id, title }) => (
                  <div key={id}>
                    <Anchor component={Link} to={paths.issue(id)}>
                      {title}
                    </Anchor>
                  </div>
                ))}
          </Fact>
          {type !== null && <Fact name="Type">{type}</Fact>}
          {locked && <Fact name="Conversation">locked</Fact>}
          {liked.length > 0 && (
            <Fact name="Reactions">{liked.map(([name, count]) => `${name} ${count}`).join(' · ')}</Fact>
          )}
        </ItemFacts>
      }
    />
  );
}
