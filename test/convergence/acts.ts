import type { Actors } from '../fakes/github-actors.ts';
import type { SandboxLabel } from '../../src/sandbox/sandbox-records.model.ts';
import type { SandboxComment, SandboxIssue, SandboxRepository, SandboxTeam } from '../../src/sandbox/sandbox.model.ts';

/** The GitHub in which people act. */
export interface Scene {
  actors: Actors;
  repository: SandboxRepository;
  other: SandboxRepository;
  teams: SandboxTeam[];
  /** Logins as they are now. */
  people: string[];
}

/** What an act chooses by. */
interface Choice {
  a: number;
  b: number;
}

type Doing = (scene: Scene, choice: Choice) => void;

const LABELS = ['bug', 'question', 'urgent', 'later', 'billing'];
const BRANCHES = ['main', 'topic-a', 'topic-b', 'topic-c'];
const TEXTS = ['One', 'Two', 'Three', 'Four', 'Five'];
const ROLES = ['read', 'triage', 'push', 'maintain', 'admin', null] as const;

const nth = <T>(items: readonly T[], index: number): T => {
  const item = items[index % Math.max(1, items.length)];
  if (item === undefined) throw new Impossible();
  return item;
};

/** There is nothing there to do this with; the act is left out. */
export class Impossible extends Error {}

const need = (possible: boolean): void => {
  if (!possible) throw new Impossible();
};

const present = (repository: SandboxRepository): SandboxIssue[] =>
  repository.issues.filter(({ gone }) => gone === null);
const issueAt = ({ repository }: Scene, index: number): SandboxIssue =>
  nth(
    present(repository).filter(({ pull }) => pull === null),
    index,
  );
const pullAt = ({ repository }: Scene, index: number): SandboxIssue =>
  nth(
    present(repository).filter(({ pull, state }) => pull !== null && state === 'open'),
    index,
  );
const anyAt = ({ repository }: Scene, index: number): SandboxIssue => nth(present(repository), index);
const commentAt = ({ repository }: Scene, { a }: Choice): { number: number; comment: SandboxComment } =>
  nth(
    present(repository).flatMap(({ number }) =>
      (repository.comments[number] ?? []).map((comment) => ({ number, comment })),
    ),
    a,
  );
/** Labels of issues are the interesting ones. */
const usedLabel = ({ repository }: Scene, index: number): SandboxLabel =>
  nth(
    repository.labels.filter(
      ({ name }) => index > 9 || present(repository).some(({ labels }) => labels.includes(name)),
    ),
    index,
  );
const branchAt = ({ repository }: Scene, index: number): string => nth(repository.branches, index).name;
const nameOf = (repository: SandboxRepository): string => `${repository.owner}/${repository.name}`;

const ISSUE_ACTS = {
  openIssue: (scene, { a, b }) =>
    void scene.actors.openIssue({
      title: nth(TEXTS, a),
      body: b % 2 === 0 ? 'Body' : null,
      labels: b % 3 === 0 ? [nth(LABELS, b)] : [],
    }),
  closeIssue: (scene, { a, b }) =>
    void scene.actors.closeIssue(anyAt(scene, a).number, b % 2 === 0 ? 'completed' : 'not_planned'),
  reopen(scene, { a }) {
    const issue = anyAt(scene, a);
    need((issue.pull?.mergedAt ?? null) === null);
    scene.actors.reopen(issue.number);
  },
  comment: (scene, { a, b }) => void scene.actors.comment(anyAt(scene, a).number, nth(TEXTS, b)),
  editComment(scene, choice) {
    const { number, comment } = commentAt(scene, choice);
    scene.actors.editComment(number, comment.id, `${nth(TEXTS, choice.b)} edited`);
  },
  deleteComment(scene, choice) {
    const { number, comment } = commentAt(scene, choice);
    scene.actors.deleteComment(number, comment.id);
  },
  label: (scene, { a, b }) => void scene.actors.label(anyAt(scene, a).number, nth(LABELS, b)),
  unlabel(scene, { a, b }) {
    const issue = anyAt(scene, a);
    scene.actors.unlabel(issue.number, nth(issue.labels, b));
  },
  assign: (scene, { a, b }) =>
    void scene.actors.assign(
      anyAt(scene, a).number,
      b % 4 === 0 ? [] : [nth(scene.people, b), nth(scene.people, b + 1)],
    ),
  editTitle: (scene, { a, b }) => void scene.actors.editTitle(anyAt(scene, a).number, nth(TEXTS, b)),
  editBody: (scene, { a, b }) => void scene.actors.editBody(anyAt(scene, a).number, nth(TEXTS, b)),
  setMilestone: (scene, { a, b }) =>
    void scene.actors.setMilestone(
      anyAt(scene, a).number,
      b % 4 === 0 ? null : nth(scene.repository.milestones, b).number,
    ),
  setType: (scene, { a, b }) => void scene.actors.setType(issueAt(scene, a).number, nth(['Bug', 'Task', null], b)),
  lock: (scene, { a }) => void scene.actors.lock(anyAt(scene, a).number),
  unlock: (scene, { a }) => void scene.actors.unlock(anyAt(scene, a).number),
  deleteIssue: (scene, { a }) => scene.actors.deleteIssue(issueAt(scene, a).number),
  transferIssue: (scene, { a }) => void scene.actors.transferIssue(issueAt(scene, a).number, nameOf(scene.other)),
  transferHere: (scene, { a }) =>
    void scene.actors.transferIssue(nth(present(scene.other), a).number, nameOf(scene.repository), nameOf(scene.other)),
  convertToDiscussion: (scene, { a }) => void scene.actors.convertToDiscussion(issueAt(scene, a).number),
} satisfies Record<string, Doing>;

const PULL_ACTS = {
  openPull: (scene, { a, b }) =>
    void scene.actors.openPullRequest({
      title: nth(TEXTS, a),
      pull: { head: nth(['topic-a', 'topic-b', 'topic-c'], b), base: branchAt(scene, 0), draft: a % 3 === 0 },
    }),
  setDraft(scene, { a, b }) {
    scene.actors.setDraft(pullAt(scene, a).number, b % 2 === 0);
  },
  changeBase: (scene, { a, b }) => void scene.actors.changeBase(pullAt(scene, a).number, branchAt(scene, b)),
  merge(scene, { a }) {
    const issue = pullAt(scene, a);
    need(scene.repository.branches.some(({ name }) => name === issue.pull?.base));
    scene.actors.merge(issue.number);
  },
  review: (scene, { a, b }) =>
    void scene.actors.review(pullAt(scene, a).number, nth(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED'] as const, b)),
  dismissReview(scene, { a, b }) {
    const { number } = pullAt(scene, a);
    scene.actors.dismissReview(number, nth(scene.repository.reviews[number] ?? [], b).id);
  },
  requestReviewers: (scene, { a, b }) =>
    void scene.actors.requestReviewers(pullAt(scene, a).number, {
      reviewers: [nth(scene.people, b)],
      teams: scene.teams.length > 0 && b % 2 === 0 ? [nth(scene.teams, b).slug] : [],
    }),
  removeReviewers(scene, { a }) {
    const { number, pull } = pullAt(scene, a);
    scene.actors.removeReviewers(number, { reviewers: [nth(pull?.requestedReviewers ?? [], a)] });
  },
  push: (scene, { a }) => void scene.actors.push(nth(BRANCHES, a)),
  forcePush: (scene, { a }) => void scene.actors.forcePush(branchAt(scene, a)),
  createBranch(scene, { a }) {
    const name = nth(BRANCHES, a);
    need(scene.repository.branches.every((branch) => branch.name !== name));
    scene.actors.createBranch(name);
  },
  deleteBranch(scene, { a }) {
    const name = branchAt(scene, a);
    need(name !== scene.repository.defaultBranch);
    scene.actors.deleteBranch(name);
  },
  protectBranch: (scene, { a, b }) => scene.actors.protectBranch(branchAt(scene, a), b % 2 === 0),
  /** A push that makes it conflict, or no more. */
  conflict(scene, { a, b }) {
    const { number, pull } = pullAt(scene, a);
    need(pull !== null);
    scene.actors.setMergeableState(number, b % 2 === 0 ? 'dirty' : 'clean');
    scene.actors.push(b % 3 === 0 ? (pull?.base ?? '') : (pull?.head ?? ''));
  },
} satisfies Record<string, Doing>;

const REPOSITORY_ACTS = {
  createLabel(scene, { a }) {
    const name = nth(LABELS, a);
    need(scene.repository.labels.every((label) => label.name !== name));
    scene.actors.createLabel(name, 'aabbcc');
  },
  editLabel(scene, { a, b }) {
    const label = usedLabel(scene, a);
    const name = nth(['bug', 'defect', 'urgent', 'now', 'later'], b);
    need(scene.repository.labels.every((other) => other === label || other.name !== name));
    scene.actors.editLabel(
      label.name,
      b % 2 === 0 ? { name } : { color: nth(['ff0000', '00ff00'], b), description: nth(TEXTS, b) },
    );
  },
  deleteLabel: (scene, { a }) => scene.actors.deleteLabel(usedLabel(scene, a).name),
  createMilestone: (scene, { a }) => void scene.actors.createMilestone(nth(TEXTS, a)),
  editMilestone: (scene, { a, b }) =>
    scene.actors.editMilestone(
      nth(scene.repository.milestones, a).number,
      b % 2 === 0
        ? { title: `${nth(TEXTS, b)} renamed` }
        : { state: b % 3 === 0 ? 'open' : 'closed', description: nth(TEXTS, b) },
    ),
  deleteMilestone: (scene, { a }) => scene.actors.deleteMilestone(nth(scene.repository.milestones, a).number),
  setRole: (scene, { a, b }) => scene.actors.setRole(nth(scene.people, a), nth(ROLES, b)),
  createTeam(scene, { a }) {
    need(scene.teams.length < 3);
    const team = scene.actors.createTeam('acme', `Team ${scene.teams.length + 1}`, [nth(scene.people, a)]);
    scene.actors.addTeamRepository(team, nth(['read', 'push', 'maintain'] as const, a));
  },
  addTeam: (scene, { a, b }) =>
    scene.actors.addTeamRepository(nth(scene.teams, a), nth(['read', 'push', 'maintain'] as const, b)),
  removeTeam: (scene, { a }) => scene.actors.removeTeamRepository(nth(scene.teams, a)),
  deleteTeam: (scene, { a }) => scene.actors.deleteTeam(nth(scene.teams, a)),
  renameUser(scene, { a, b }) {
    const login = nth(scene.people, a);
    const to = `${login.split('-')[0] ?? login}-${b}`;
    need(!scene.people.includes(to));
    scene.actors.renameUser(login, to);
  },
  renameRepository(scene, { a }) {
    const name = nth(['acme/webshop', 'acme/shop', 'acme/store'], a);
    need(name !== nameOf(scene.repository));
    scene.actors.renameRepository(name);
  },
  archive: (scene, { b }) => scene.actors.archive(b % 2 === 0),
  describe: (scene, { b }) => scene.actors.editRepository({ description: nth(TEXTS, b) }),
  defaultBranch: (scene, { b }) => scene.actors.editRepository({ defaultBranch: branchAt(scene, b) }),
  visibility: (scene, { b }) => scene.actors.setVisibility(b % 2 === 0 ? 'private' : 'public'),
} satisfies Record<string, Doing>;

const ACTS = { ...ISSUE_ACTS, ...PULL_ACTS, ...REPOSITORY_ACTS };

export type ActName = keyof typeof ACTS;
export const ACT_NAMES = Object.keys(ACTS) as ActName[];

/** Does it, unless there is nothing there to do it with. */
export function perform(scene: Scene, act: { act: ActName } & Choice): void {
  try {
    const doing: Doing = ACTS[act.act];
    doing(scene, act);
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
  }
}
