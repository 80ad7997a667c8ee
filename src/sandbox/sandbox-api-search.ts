import type { SandboxAnswer, SandboxIssue, SandboxRepository } from './sandbox.model.ts';
import type { ApiCall } from './sandbox-call.ts';
import { ok, validationFailed } from './sandbox-answers.ts';
import { compareIssues, pageSize } from './sandbox-pagination.ts';
import { issueOrder } from './sandbox-list.ts';
import { viewerRole } from './sandbox-call.ts';
import { repositoryByName, sameName } from './sandbox-state.ts';
import { issueShape } from './sandbox-shapes.ts';

const RESULTS_MAX = 1000;

interface Search {
  repositories: string[];
  tests: ((issue: SandboxIssue) => boolean)[];
}

/** `GET /search/issues`: repo:, is:, state:, label:, author:, assignee: and words or "quoted text" in title and body. Nothing else. */
export function searchIssues(call: ApiCall): SandboxAnswer {
  const q = call.query.get('q') ?? '';
  if (q.trim() === '') return validationFailed([{ resource: 'Search', field: 'q', code: 'missing' }]);
  const search = parseSearch(q);
  const readable = readableRepositories(call);
  const named = search.repositories.map((name) => repositoryByName(call.world.state, name));
  if (named.some((repository) => repository === null || !readable.includes(repository))) {
    const message =
      'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.';
    return validationFailed([{ resource: 'Search', field: 'q', code: 'invalid', message }]);
  }
  const repositories = named.length === 0 ? readable : named.filter((repository) => repository !== null);
  return ok(searchResult(call, repositories, search));
}

function searchResult(call: ApiCall, repositories: readonly SandboxRepository[], search: Search): object {
  const order = issueOrder(
    new URLSearchParams({ sort: call.query.get('sort') ?? '', direction: call.query.get('order') ?? 'desc' }),
  );
  const found = repositories.flatMap((repository) =>
    call.view
      .search(repository)
      .filter((issue) => issue.gone === null && search.tests.every((test) => test(issue)))
      .map((issue) => ({ repository, issue })),
  );
  found.sort((a, b) => compareIssues(order, a.issue, b.issue));
  const size = pageSize(call.query);
  const start = (Math.max(1, Number(call.query.get('page') ?? 1)) - 1) * size;
  return {
    total_count: found.length,
    incomplete_results: false,
    search_type: 'lexical',
    items: found
      .slice(0, RESULTS_MAX)
      .slice(start, start + size)
      .map((of) => ({ ...issueShape(call.context, of), score: 1 })),
  };
}

function readableRepositories(call: ApiCall): SandboxRepository[] {
  return call.world.state.repositories.filter((repository) => viewerRole(call, repository) !== null);
}

function parseSearch(q: string): Search {
  const search: Search = { repositories: [], tests: [] };
  for (const [term] of q.matchAll(/(?:[\w-]+:)?(?:"[^"]*"|\S+)/g)) {
    const { name, value } =
      /^(?<name>repo|is|type|state|label|author|assignee|in):(?<value>.+)$/.exec(term)?.groups ?? {};
    const plain = (value ?? '').replaceAll('"', '');
    if (name === 'repo') search.repositories.push(plain);
    else if (name !== undefined) search.tests.push(...qualifierTests(name, plain));
    else search.tests.push(...wordTests(term));
  }
  return search;
}

function qualifierTests(name: string, value: string): Search['tests'] {
  switch (`${name}:${value}`) {
    case 'is:issue':
    case 'type:issue':
      return [(issue) => issue.pull === null];
    case 'is:pr':
    case 'is:pull-request':
    case 'type:pr':
      return [(issue) => issue.pull !== null];
    default:
      break;
  }
  switch (name) {
    case 'is':
    case 'state':
      return value === 'open' || value === 'closed' ? [(issue) => issue.state === value] : [];
    case 'label':
      return [(issue) => issue.labels.some((label) => sameName(label, value))];
    case 'author':
      return [(issue) => sameName(issue.author, value)];
    case 'assignee':
      return [(issue) => issue.assignees.some((login) => sameName(login, value))];
    default:
      return [];
  }
}

// Quoted text is looked for as it stands; other words are split at punctuation and all must be there (facts 3.8).
function wordTests(term: string): Search['tests'] {
  const words = term.startsWith('"')
    ? [term.replaceAll('"', '')]
    : term.split(/[^\p{L}\p{N}_]+/u).filter((word) => word !== '');
  return words.map((word) => {
    const wanted = word.toLowerCase();
    return (issue) => searchText(issue).includes(wanted);
  });
}

// Issues are never changed in place, so what was once put in lower case stays right (20,000 bodies take 100 ms otherwise).
const searchTexts = new WeakMap<SandboxIssue, string>();

function searchText(issue: SandboxIssue): string {
  const known = searchTexts.get(issue);
  if (known !== undefined) return known;
  const text = `${issue.title}\n${issue.body ?? ''}`.toLowerCase();
  searchTexts.set(issue, text);
  return text;
}
