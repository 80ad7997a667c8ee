import packageJson from '../../package.json' with { type: 'json' };
import type { Outbound } from '../outbound/outbound.model.ts';
import { decideFailure, decideUnanswered, decideUnreadable } from './github-failure.decide.ts';
import type { MadeApp } from './github-app.model.ts';
import { parseMadeApp } from './github-app.parse.ts';
import type { GithubAccess, GithubResult } from './github.model.ts';

const TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * Exchanges the code that GitHub gave for a manifest against the App and its private key, which GitHub tells only now. Sent once:
 * `outcome_unknown` means that the key may have been told and lost.
 */
export async function convertManifest(
  { baseUrl, apiVersion, addresses }: Pick<GithubAccess, 'baseUrl' | 'apiVersion' | 'addresses'>,
  code: string,
  { outbound, now }: { outbound: Outbound; now: Date },
): Promise<GithubResult<MadeApp>> {
  const outcome = await outbound.send({
    method: 'POST',
    url: `${baseUrl}/app-manifests/${encodeURIComponent(code)}/conversions`,
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': apiVersion,
      'user-agent': `throughline/${packageJson.version}`,
    },
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
    addresses,
  });
  if (outcome.kind !== 'answered') {
    return { ok: false, failure: decideUnanswered(outcome, true), requests: outcome.kind === 'not_sent' ? 0 : 1 };
  }
  const { status, headers } = outcome;
  const body = parseJson(outcome.body);
  if (status < 200 || status > 299) {
    const failure = decideFailure({ write: true, status, headers, body, now, secondaryRepeats: 0 });
    return { ok: false, failure, requests: 1 };
  }
  const app = parseMadeApp(body);
  if (app === null) return { ok: false, failure: decideUnreadable(true, status, headers), requests: 1 };
  return { ok: true, value: app, status, requestId: headers['x-github-request-id'] ?? null, requests: 1 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
