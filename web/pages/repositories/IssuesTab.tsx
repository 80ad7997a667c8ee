import type { MirroredIssue, Repository } from '../../../src/contract/mirror.ts';
import { mirroredIssuesQuery } from '../../api/mirror-queries.ts';
import type { Item } from '../../components/ItemList.tsx';
import { ItemTab } from '../../components/ItemTab.tsx';
import type { ItemState } from '../../components/ItemTab.tsx';
import { issueKeys, issuesAsked } from '../../mirror-filter.ts';
import { issueState } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';
import { countText } from '../../ui/format.ts';

const STATES: readonly ItemState[] = [
  { label: 'All', value: null, count: (counts) => counts.issues_open + counts.issues_closed },
  { label: 'Open', value: 'open', count: (counts) => counts.issues_open },
  { label: 'Closed', value: 'closed', count: (counts) => counts.issues_closed },
];

/** The issues of a repository, last changed first. */
export default function IssuesTab() {
  return (
    <ItemTab<MirroredIssue>
      tab="issues"
      label="Issues"
      states={STATES}
      keysOf={issueKeys}
      placeholder="Filter: assignee:none label:bug, or any words"
      queryOf={(fullName, text) => mirroredIssuesQuery(fullName, issuesAsked(text))}
      itemOf={itemOf}
      none={noneWords}
    />
  );
}

function noneWords(repository: Repository | undefined): string {
  if (repository?.has_issues === false)
    return 'Issues are switched off in the settings of this repository on GitHub. Switch them on there to see them here.';
  return repository?.mirrors === 'all' && repository.imported_at === null
    ? 'Its first import has not brought any yet. They appear here by themselves.'
    : 'This repository has no issues on GitHub. The first one appears here by itself.';
}

function itemOf(issue: MirroredIssue, fullName: string): Item {
  const { id, title, labels, number, url, updated_at: at, assignees, milestone, comments, reports } = issue;
  const facts = [
    issue.author ?? 'unknown',
    ...(assignees.length === 0 ? [] : [`assigned to ${assignees.join(', ')}`]),
    ...(issue.type === null ? [] : [issue.type]),
    ...(milestone === null ? [] : [milestone.title ?? `milestone ${milestone.number}`]),
    ...(comments === 0 ? [] : [countText(comments, 'comment')]),
    ...(reports.length === 0 ? [] : [countText(reports.length, 'report')]),
  ];
  return {
    id,
    state: issueState(issue),
    title,
    to: paths.mirroredIssue(fullName, number),
    labels,
    note: facts.join(' · '),
    number,
    url,
    at,
  };
}
