import type { MirroredPull } from '../../../src/contract/mirror.ts';
import { mirroredPullsQuery } from '../../api/mirror-queries.ts';
import type { Item } from '../../components/ItemList.tsx';
import { ItemTab } from '../../components/ItemTab.tsx';
import type { ItemState } from '../../components/ItemTab.tsx';
import { pullKeys, pullsAsked } from '../../mirror-filter.ts';
import { mergeableWords, pullState, reviewWords } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';

const STATES: readonly ItemState[] = [
  { label: 'All', value: null, count: (counts) => counts.pulls_open + counts.pulls_merged + counts.pulls_closed },
  { label: 'Open', value: 'open', count: (counts) => counts.pulls_open },
  { label: 'Drafts', value: 'draft' },
  { label: 'Merged', value: 'merged', count: (counts) => counts.pulls_merged },
  { label: 'Closed', value: 'closed', count: (counts) => counts.pulls_closed },
];

/** The pull requests of a repository, last changed first. */
export default function PullsTab() {
  return (
    <ItemTab<MirroredPull>
      tab="pulls"
      label="Pull requests"
      states={STATES}
      keysOf={pullKeys}
      placeholder="Filter: author:octocat label:bug, or any words"
      queryOf={(fullName, text) => mirroredPullsQuery(fullName, pullsAsked(text))}
      itemOf={itemOf}
      none={() =>
        'Pull requests of a tracked repository appear here by themselves, with their reviews and whether they can be merged.'
      }
    />
  );
}

function itemOf(pull: MirroredPull, fullName: string): Item {
  const { id, title, labels, number, url, updated_at: at, head, base, review_decision: decision } = pull;
  const asked = [...pull.requested_reviewers, ...pull.requested_teams];
  const reviewed = pull.reviews.map((review) => `${review.login} ${reviewWords(review.state)}`);
  const facts = [
    pull.author ?? 'unknown',
    `${head.ref} into ${base.ref}`,
    ...(pull.state === 'open' && pull.mergeable !== null && pull.mergeable !== 'unknown' ? [mergeableWords(pull)] : []),
    ...(decision === null ? [] : [reviewWords(decision)]),
    ...reviewed,
    ...(asked.length === 0 ? [] : [`asked: ${asked.join(', ')}`]),
  ];
  return {
    id,
    state: pullState(pull),
    title,
    to: paths.mirroredPull(fullName, number),
    labels,
    note: facts.join(' · '),
    number,
    url,
    at,
  };
}
