import { isLiving } from '../../crash/errors/truth.ts';
import type { FakeGithub } from '../../fakes/github-server.ts';
import type { FakeSentry } from '../../fakes/sentry.ts';
import type { SandboxIssue } from '../../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryIssue } from '../../../src/sandbox/sentry-world.model.ts';

/** Where people act, and what is to be found of them at the end. */
export interface ErrorScene {
  github: FakeGithub;
  sentry: FakeSentry;
  people: People;
}

/** What people wrote and set on GitHub, by the number of the issue: nobody else may change it. */
export interface People {
  comments: { number: number; id: number; text: string }[];
  labels: Map<number, Set<string>>;
  titles: Map<number, string>;
  bodies: Map<number, string>;
  /** Issues on which somebody is whom Sentry does not know. */
  strangers: Set<number>;
}

export function nobodyYet(): People {
  return { comments: [], labels: new Map(), titles: new Map(), bodies: new Map(), strangers: new Set() };
}

interface Choice {
  a: number;
  b: number;
}
type Doing = (scene: ErrorScene, choice: Choice) => void;

/** There is nothing there to do this with; the act is left out. */
class Impossible extends Error {}

const CULPRITS = ['a.ts in run', 'b.ts in run'];
const LABELS = ['question', 'urgent', 'later'];
const TEXTS = ['Seen here too.', 'Fixed, I hope.', 'Who knows?'];
/** GitHub logins of those whom Sentry's people are mapped to. */
export const MAPPED = { 'user:9': 'ann', 'user:10': 'bob' };
export const STRANGER = 'carol';
const ASSIGNEES = [[], ['ann'], ['bob'], ['ann', STRANGER], [STRANGER]];

function nth<T>(items: readonly T[], index: number): T {
  const item = items[index % Math.max(1, items.length)];
  if (item === undefined) throw new Impossible();
  return item;
}

/** An issue that is there in Sentry. */
function living({ sentry }: ErrorScene, index: number): SandboxSentryIssue {
  return nth(sentry.world.state.issues.filter(isLiving), index);
}

function filed({ github }: ErrorScene, index: number, state?: 'open' | 'closed'): SandboxIssue {
  return nth(
    github.issues().filter((issue) => state === undefined || issue.state === state),
    index,
  );
}

const SENTRY_ACTS = {
  newIssue: ({ sentry }, { a, b }) => {
    const title = `Error: case ${sentry.world.state.issues.length} broke`;
    sentry.newIssue(
      a % 2 === 0 ? { project: 'shop-web', title } : { project: 'api', title, culprit: nth(CULPRITS, b) },
    );
  },
  event: (scene, { a }) => void scene.sentry.event(living(scene, a).id),
  manyEvents(scene, { a, b }) {
    const { id } = living(scene, a);
    for (let n = 0; n < 5 + b; n += 1) scene.sentry.event(id);
  },
  resolve: (scene, { a }) => void scene.sentry.setStatus(living(scene, a).id, 'resolved'),
  archive: (scene, { a }) => void scene.sentry.setStatus(living(scene, a).id, 'ignored'),
  unresolve: (scene, { a }) => void scene.sentry.setStatus(living(scene, a).id, 'unresolved'),
  age: (scene, { a }) => void scene.sentry.autoResolve(living(scene, a).id),
  merge(scene, { a, b }) {
    const one = living(scene, a);
    const others = scene.sentry.world.state.issues.filter(
      (issue) => isLiving(issue) && issue.id !== one.id && issue.projectId === one.projectId,
    );
    scene.sentry.merge(one.id, nth(others, b).id);
  },
  remove: (scene, { a }) => scene.sentry.remove(living(scene, a).id),
  recreate({ sentry }, { a }) {
    const { issues } = sentry.world.state;
    const gone = nth(
      issues.filter(({ deleted }) => deleted),
      a,
    );
    // what happened again is there already
    if (issues.some((issue) => isLiving(issue) && issue.title === gone.title)) throw new Impossible();
    sentry.recreate(gone.id);
  },
  assignInSentry: (scene, { a, b }) =>
    void scene.sentry.assign(living(scene, a).id, nth(['user:9', 'user:10', 'team:77', ''], b)),
} satisfies Record<string, Doing>;

const GITHUB_ACTS = {
  closeIssue: (scene, { a }) => void scene.github.closeIssue(filed(scene, a, 'open').number, 'completed'),
  closeNotPlanned: (scene, { a }) => void scene.github.closeIssue(filed(scene, a, 'open').number, 'not_planned'),
  closeDuplicate: (scene, { a }) => void scene.github.closeIssue(filed(scene, a, 'open').number, 'duplicate'),
  reopen: (scene, { a }) => void scene.github.reopen(filed(scene, a, 'closed').number),
  label(scene, { a, b }) {
    const { number } = filed(scene, a);
    const name = nth(LABELS, b);
    scene.github.label(number, name);
    const own = scene.people.labels.get(number) ?? new Set();
    scene.people.labels.set(number, own.add(name));
  },
  unlabel(scene, { a, b }) {
    const { number } = filed(scene, a);
    const name = nth([...(scene.people.labels.get(number) ?? [])], b);
    scene.github.unlabel(number, name);
    scene.people.labels.get(number)?.delete(name);
  },
  comment(scene, { a, b }) {
    const { number } = filed(scene, a);
    const text = nth(TEXTS, b);
    const { id } = scene.github.comment(number, text);
    scene.people.comments.push({ number, id, text });
  },
  editTitle(scene, { a, b }) {
    const { number } = filed(scene, a);
    const title = `${nth(TEXTS, b)} ${b}`;
    scene.github.editTitle(number, title);
    scene.people.titles.set(number, title);
  },
  /** Below what stands there: a body that lost its marker is nobody's any more. */
  editBody(scene, { a, b }) {
    const { number, body } = filed(scene, a);
    const text = `${body ?? ''}\n${nth(TEXTS, b)}`;
    scene.github.editBody(number, text);
    scene.people.bodies.set(number, text);
  },
  assign(scene, { a, b }) {
    const { number } = filed(scene, a);
    const logins = nth(ASSIGNEES, b);
    scene.github.assign(number, logins);
    if (logins.includes(STRANGER)) scene.people.strangers.add(number);
    else scene.people.strangers.delete(number);
  },
} satisfies Record<string, Doing>;

const ACTS: Record<string, Doing> = { ...SENTRY_ACTS, ...GITHUB_ACTS };

export type ErrorActName = keyof typeof SENTRY_ACTS | keyof typeof GITHUB_ACTS;
export const ERROR_ACT_NAMES = Object.keys(ACTS) as ErrorActName[];

/** Does it, unless there is nothing there to do it with. */
export function performError(scene: ErrorScene, act: { act: ErrorActName } & Choice): void {
  try {
    ACTS[act.act]?.(scene, act);
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
  }
}
