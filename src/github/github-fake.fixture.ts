import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FakeGithub } from '../../test/fakes/github-server.ts';
import { Secret } from '../lib/secret.ts';
import type { SandboxRepository } from '../sandbox/sandbox.model.ts';
import { logInto } from './github.fixture.ts';
import type { Github, GithubCredential } from './github.model.ts';
import { openGithub } from './github.ts';

/** A door to a fake GitHub with a clock that the test may move; as the fake's bot unless another credential is given. */
export function doorTo(
  fake: FakeGithub,
  { clock = { aheadMs: 0 }, credential }: { clock?: { aheadMs: number }; credential?: GithubCredential } = {},
): Github {
  const bot: GithubCredential = { kind: 'token', key: randomUUID(), token: new Secret(fake.token) };
  const access = {
    baseUrl: fake.apiUrl,
    apiVersion: '2022-11-28',
    credential: credential ?? bot,
    addresses: 'private' as const,
  };
  return openGithub(access, {
    log: logInto([]),
    now: () => new Date(Date.now() + clock.aheadMs),
    createSpacingMs: 0,
  });
}

/** The first repository of a fake. */
export function only(fake: FakeGithub): SandboxRepository {
  const [repository] = fake.state.repositories;
  assert.ok(repository !== undefined);
  return repository;
}
