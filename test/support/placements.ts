import { eventually, startCircle } from './circle.ts';
import { startPlacing } from '../../src/filing/filing.ts';
import type { Circle, CircleOptions } from './circle.ts';
import type { FakeProject } from '../fakes/github-projects.ts';
import type { TestContext } from 'node:test';

/** A circle whose issues go below a parent and onto a board. */
export interface PlacingStage extends Circle {
  parent: number;
  board: FakeProject;
  startPlacing(name?: string): void;
  /** Waits until every placement is in the state. */
  placed(state: 'pending' | 'done' | 'failed', when?: (message: string) => boolean): Promise<void>;
  /** Numbers of the issues below the parent. */
  children(): number[];
}

/** Starts a circle that is connected with a parent issue and a project; nothing is placed before `startPlacing`. */
export async function startPlacingStage(
  t: TestContext,
  options: CircleOptions & { fields?: Record<string, string> } = {},
): Promise<PlacingStage> {
  const circle = await startCircle(t, options);
  const { fake, db } = circle;
  const parent = fake.openIssue({ title: 'The parent' }).number;
  const board = fake.addProject('acme', 4, { Status: ['SINGLE_SELECT', 'Todo', 'Doing'], Size: ['NUMBER'] });
  fake.addToken(fake.token, { login: 'throughline-bot', scopes: ['repo', 'project'] });
  await db.sql
    .updateTable('connections')
    .set({
      parent_issue: parent,
      project: `${fake.url}/orgs/acme/projects/4`,
      project_fields: options.fields ?? { Status: 'Todo', Size: '3' },
    })
    .execute();
  const rows = () => db.sql.selectFrom('placements').selectAll().orderBy('kind').execute();
  return {
    ...circle,
    parent,
    board,
    startPlacing(name = 'placer') {
      const placing = startPlacing({ ...circle.ctx, workerId: name });
      db.beforeClose(async () => placing.stop());
    },
    async placed(state, when = () => true) {
      await eventually(
        rows,
        (all) => all.length > 0 && all.every((row) => row.state === state && when(row.message ?? '')),
        (all) => JSON.stringify(all),
      );
    },
    children() {
      const [repository] = fake.state.repositories;
      const id = repository?.issues[parent - 1]?.id;
      return (repository?.issues ?? []).filter((issue) => issue.parent === id).map(({ number }) => number);
    },
  };
}
