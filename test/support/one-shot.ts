import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { bareEnvironment } from './bare-environment.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startFakeSentry } from '../fakes/sentry.ts';
import { throughline } from '../../src/cli/command.fixture.ts';
import type { ChildProcess } from 'node:child_process';
import type { Ended } from '../../src/cli/command.fixture.ts';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { FakeSentry, FakeSentryOptions } from '../fakes/sentry.ts';
import type { SandboxIssue } from '../../src/sandbox/sandbox.model.ts';
import type { TestContext } from 'node:test';

type Env = Record<string, string>;

/** A Sentry, a GitHub, and the one-shot between them: each run is a process of its own. */
export interface OneShotStage {
  github: FakeGithub;
  sentry: FakeSentry;
  env: Env;
  /** A path for STATE_FILE where nothing is yet. */
  stateFile: string;
  run: (env?: Env, ...args: string[]) => Promise<Ended>;
  /** Starts a run that the test may kill. */
  start: (env?: Env) => ChildProcess;
  /** The GitHub issues that stand for a Sentry issue, whoever filed them. */
  issuesOf: (sentryId: string) => SandboxIssue[];
}

const PROGRAM = join(import.meta.dirname, '../../src/cli/cli.ts');

export async function startOneShot(t: TestContext, options: FakeSentryOptions = {}): Promise<OneShotStage> {
  const github = await startFakeGithub(t);
  const sentry = await startFakeSentry(t, options);
  const folder = mkdtempSync(join(tmpdir(), 'one-shot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    SENTRY_URL: sentry.url,
    SENTRY_TOKEN: sentry.token,
    SENTRY_ORG: sentry.organization,
    GITHUB_TOKEN: github.token,
    GITHUB_REPO: github.repository,
    GITHUB_API_URL: github.apiUrl,
    CREATE_SPACING_MS: '0',
    LEASE_SECONDS: '1',
    FILING_LOOKUP_SECONDS: '1',
  };
  return {
    github,
    sentry,
    env,
    stateFile: join(folder, 'state.jsonl'),
    run: async (more = {}, ...args) => throughline(['sentry', 'sync', ...args], { ...env, ...more }),
    start: (more = {}) =>
      spawn(process.execPath, [PROGRAM, 'sentry', 'sync'], {
        env: { ...bareEnvironment(), ...env, ...more },
        stdio: 'ignore',
      }),
    issuesOf: (sentryId) => github.issuesWithText(`/issues/${sentryId}`),
  };
}
