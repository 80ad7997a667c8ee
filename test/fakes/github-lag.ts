import type {
  SandboxIssue,
  SandboxIssueChanged,
  SandboxRepository,
  SandboxView,
} from '../../src/sandbox/sandbox.model.ts';
import { issueByNumber } from '../../src/sandbox/sandbox-state.ts';

const JOURNAL_ENTRIES_MAX = 200_000;

interface Entry {
  atMs: number;
  repositoryId: number;
  number: number;
  before: SandboxIssue | null;
}

/** How far each kind of reading is behind, in milliseconds. */
export interface Lags {
  list: number;
  number: number;
  search: number;
}

export interface LaggingView {
  lags: Lags;
  view: SandboxView;
  issueChanged: SandboxIssueChanged;
  /** Forgets the past and all lags. */
  reset(): void;
}

/**
 * A view of the issues as they were some time ago. Issues are never changed in place, so a journal of what each change replaced
 * is enough to go back, however late the lag is switched on.
 */
export function laggingView(now: () => Date): LaggingView {
  const lags: Lags = { list: 0, number: 0, search: 0 };
  let journal: Entry[] = [];
  const asOf = (repository: SandboxRepository, lagMs: number): readonly SandboxIssue[] =>
    lagMs === 0 ? repository.issues : issuesAsOf(repository, journal, now().getTime() - lagMs);
  return {
    lags,
    view: {
      list: (repository) => asOf(repository, lags.list),
      search: (repository) => asOf(repository, lags.search),
      byNumber(repository, number) {
        const issue = issueByNumber(repository, number);
        if (lags.number === 0 || issue === null) return issue;
        const opened = journal.find(
          (entry) => entry.repositoryId === repository.id && entry.number === number && entry.before === null,
        );
        return opened !== undefined && opened.atMs > now().getTime() - lags.number ? null : issue;
      },
    },
    issueChanged(repository, before, after) {
      journal.push({ atMs: now().getTime(), repositoryId: repository.id, number: after.number, before });
      if (journal.length > JOURNAL_ENTRIES_MAX) journal = journal.slice(JOURNAL_ENTRIES_MAX / 2);
    },
    reset() {
      journal = [];
      Object.assign(lags, { list: 0, number: 0, search: 0 });
    },
  };
}

function issuesAsOf(repository: SandboxRepository, journal: readonly Entry[], atMs: number): SandboxIssue[] {
  const then = new Map<number, SandboxIssue | null>();
  for (let index = journal.length - 1; index >= 0; index -= 1) {
    const entry = journal[index];
    if (entry === undefined || entry.atMs <= atMs) break;
    if (entry.repositoryId === repository.id) then.set(entry.number, entry.before);
  }
  return repository.issues.flatMap((issue) => {
    const seen = then.has(issue.number) ? then.get(issue.number) : issue;
    return seen === null || seen === undefined ? [] : [seen];
  });
}
