import { checkAppFailure, checkInstallation, checkNotInstalled } from './app-checks.decide.ts';
import { checkFailure, checkRepository, checkViewer } from './checks.decide.ts';
import { sentenceFor } from '../github/github.ts';
import type { ConnectionTestResult } from '../contract/connections.ts';
import type { Github, GithubViewer } from '../github/github.model.ts';

/**
 * Asks GitHub who the token is and what it may do, and says for each finding what to do (SPEC C2). Reads only; changes nothing.
 */
export async function testGithub(github: Github, repository: string | null, now: Date): Promise<ConnectionTestResult> {
  if (github.credentialKind === 'app') return testApp(github, repository, now);
  const viewer = await github.viewer();
  if (!viewer.ok)
    return result(null, [checkFailure('token', viewer.failure, repository, sentenceFor(viewer.failure))], null);
  const checks = checkViewer(viewer.value, now);
  if (repository === null) return result(viewer.value, checks, null);
  const found = await github.repository({ fullName: repository });
  if (!found.ok)
    return result(
      viewer.value,
      [...checks, checkFailure('repository', found.failure, repository, sentenceFor(found.failure))],
      null,
    );
  return result(viewer.value, [...checks, ...checkRepository(found.value, viewer.value)], found.value.visibility);
}

async function testApp(github: Github, repository: string | null, now: Date): Promise<ConnectionTestResult> {
  const app = await github.app();
  if (!app.ok) return result(null, [checkAppFailure('app', app.failure, sentenceFor(app.failure))], null);
  const installation = await github.installation();
  if (!installation.ok)
    return result(
      null,
      [checkAppFailure('installation', installation.failure, sentenceFor(installation.failure))],
      null,
    );
  const installed = checkInstallation(app.value, installation.value);
  if (installation.value.suspended) return result(null, installed, null);
  const viewer = await github.viewer();
  if (!viewer.ok)
    return result(
      null,
      [...installed, checkAppFailure('installation', viewer.failure, sentenceFor(viewer.failure))],
      null,
    );
  const checks = [...installed, ...checkViewer(viewer.value, now)];
  if (repository === null) return result(viewer.value, checks, null);
  const found = await github.repository({ fullName: repository });
  if (found.ok)
    return result(viewer.value, [...checks, ...checkRepository(found.value, viewer.value)], found.value.visibility);
  const why =
    found.failure.kind === 'not_found'
      ? checkNotInstalled(app.value, installation.value, repository)
      : checkFailure('repository', found.failure, repository, sentenceFor(found.failure));
  return result(viewer.value, [...checks, why], null);
}

function result(
  viewer: GithubViewer | null,
  checks: ConnectionTestResult['checks'],
  visibility: ConnectionTestResult['visibility'],
): ConnectionTestResult {
  return {
    ok: checks.every((check) => check.ok),
    login: viewer?.login ?? null,
    token_kind: viewer?.tokenKind ?? null,
    scopes: viewer?.scopes ?? null,
    expires_at: viewer?.expiresAt?.toISOString() ?? null,
    rate_limit:
      viewer === null || viewer.rateLimit === null
        ? null
        : {
            limit: viewer.rateLimit.limit,
            remaining: viewer.rateLimit.remaining,
            reset_at: viewer.rateLimit.resetAt.toISOString(),
          },
    visibility,
    checks,
  };
}
