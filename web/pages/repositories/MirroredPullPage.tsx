import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { MirroredPullDetail } from '../../../src/contract/mirror.ts';
import { mirroredPullQuery } from '../../api/mirror-queries.ts';
import { ItemFacts } from '../../components/ItemFacts.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { MirroredFrame } from '../../components/MirroredFrame.tsx';
import { useFullName } from '../../components/repository-page.ts';
import { mergeableWords, pullState, reviewWords } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';
import { Fact } from '../../ui/Facts.tsx';
import { Time } from '../../ui/Time.tsx';

/** One pull request as GitHub has it: can it be merged, who reviews it, what was said. */
export default function MirroredPullPage() {
  const fullName = useFullName();
  const { number = '' } = useParams({ strict: false });
  return <Loaded query={useQuery(mirroredPullQuery(fullName, number))}>{(pull) => <OnePull pull={pull} />}</Loaded>;
}

function OnePull({ pull }: { pull: MirroredPullDetail }) {
  const { author, head, base } = pull;
  const from = head.repository === null || head.repository === pull.repository ? '' : `${head.repository}:`;
  return (
    <MirroredFrame
      item={pull}
      state={pullState(pull)}
      line={
        <>
          by {author ?? 'somebody'}: <code>{`${from}${head.ref}`}</code> into <code>{base.ref}</code>
        </>
      }
      back={paths.repositoryTab(pull.repository, 'pulls')}
      facts={
        <ItemFacts item={pull}>
          <ReviewFacts pull={pull} />
          <Fact name="Head">
            <code>{head.sha.slice(0, 7)}</code>
          </Fact>
          {pull.merged_at !== null && (
            <Fact name="Merged">
              <Time at={pull.merged_at} />
            </Fact>
          )}
        </ItemFacts>
      }
    />
  );
}

function ReviewFacts({ pull }: { pull: MirroredPullDetail }) {
  const { review_decision: decision, reviews, requested_reviewers: people, requested_teams: teams } = pull;
  const asked = [...people, ...teams];
  return (
    <>
      {pull.state === 'open' && <Fact name="Merging">{mergeableWords(pull)}</Fact>}
      <Fact name="Review">{decision === null ? 'no decision' : reviewWords(decision)}</Fact>
      {reviews.length > 0 && (
        <Fact name="Reviews">
          {reviews.map(({ login, state }) => (
            <div key={login}>
              {login}: {reviewWords(state)}
            </div>
          ))}
        </Fact>
      )}
      {asked.length > 0 && <Fact name="Asked to review">{asked.join(', ')}</Fact>}
    </>
  );
}
