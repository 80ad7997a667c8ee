/*
 * A fake GitHub with one large repository, each answer 100 ms late. Prints its addresses and what there is as one JSON line.
 */
import { parseArgs } from 'node:util';

import { addIssues } from '../src/sandbox/sandbox-bulk.ts';
import { pushCommit } from '../src/sandbox/sandbox-branches.ts';
import { FAKE_BOT } from '../test/fakes/github-finding.ts';
import { githubSchema } from '../test/fakes/github-graphql-schema.ts';
import { startFakeGithub } from '../test/fakes/github-server.ts';
import { repositoryByName } from '../src/sandbox/sandbox-state.ts';
import type { FakeGithub } from '../test/fakes/github-server.ts';

const LARGE = 'acme/large';
const BRANCHES = 150;
const LATENCY_MS = 100;
const HOUR_MS = 3_600_000;

/** What a mirror of the large repository must hold. */
export interface Truth {
  issues: number;
  pulls: number;
  comments: number;
  branches: number;
}

/** A fifth are pull requests, every second has a comment; nothing changed within the last hour. */
function fill(fake: FakeGithub, count: number): { id: number; truth: Truth } {
  fake.addRepository(LARGE, { roles: { [FAKE_BOT]: 'push' } });
  const repository = repositoryByName(fake.state, LARGE);
  if (repository === null) throw new Error('the large repository is missing');
  for (let index = 1; index < BRANCHES; index += 1)
    pushCommit(fake.world, { repository, actor: FAKE_BOT }, { branch: `topic/${index}`, message: `Change ${index}` });
  const until = new Date(Date.now() - HOUR_MS);
  addIssues(fake.world, repository, count, { pulls: 0.2, commented: 0.5, until });
  const pulls = repository.issues.filter(({ pull }) => pull !== null).length;
  const comments = Object.keys(repository.comments).length;
  return { id: repository.id, truth: { issues: count - pulls, pulls, comments, branches: repository.branches.length } };
}

const { values } = parseArgs({ options: { issues: { type: 'string' } } });
const fake = await startFakeGithub();
githubSchema(); // a third of a second that would be counted as the hub's
const { id, truth } = fill(fake, Number(values.issues));
fake.faults.add({ do: 'slow', ms: LATENCY_MS, times: Infinity });
const { url, apiUrl, token, repository } = fake;
console.log(JSON.stringify({ url, apiUrl, token, repository, large: LARGE, id, latencyMs: LATENCY_MS, truth }));
process.once('SIGINT', () => process.exit(0));
