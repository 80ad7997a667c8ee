import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { type Clock, SECOND_MS } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import { jwtTimes, skewFrom, TOKEN_NEW_MS } from './github-credential.decide.ts';
import { askForToken, type InstallationToken, type SendSigned, type TokenAnswer } from './github-credential-token.ts';
import type { Headers } from './github-headers.decide.ts';
import type { GithubAccess, GithubCredential, GithubFailure } from './github.model.ts';

type Proof = { ok: true; token: Secret } | { ok: false; failure: GithubFailure };

/** Gives each call what it proves itself with. */
export interface Prover {
  /** For a call of the App itself, or else of its installation: then GitHub may be asked for a token first, once for all who wait. */
  proof(asApp: boolean): Promise<Proof>;
  /** GitHub answered 401 to this proof. True: asking again with a new one may do, and is worth it a few times. */
  refused(asApp: boolean, proof: Secret, headers: Headers): Promise<boolean>;
}

type AppCredential = Extract<GithubCredential, { kind: 'app' }>;

/** What this process knows of one installation: shared by all doors that are opened for it. */
interface Installation {
  /** Null: the private key is none. */
  rsaKey: KeyObject | null;
  skewMs: number;
  current: InstallationToken | null;
  asking: Promise<TokenAnswer> | null;
}

const installations = new Map<string, Installation>();

/** What the calls of a credential prove themselves with. Tokens of an installation are shared by all of this process. */
export function proverFor({ baseUrl, credential }: GithubAccess, send: SendSigned, now: Clock): Prover {
  if (credential.kind === 'token') {
    const token = new Secret(credential.token.reveal().trim());
    return { proof: () => Promise.resolve({ ok: true, token }), refused: () => Promise.resolve(false) };
  }
  const { appId, installationId, privateKey } = credential;
  const keyHash = createHash('sha256').update(privateKey.reveal()).digest('hex');
  const name = `${baseUrl} ${appId} ${installationId} ${keyHash}`;
  const known = installations.get(name) ?? newInstallation(privateKey);
  installations.set(name, known);
  return known.rsaKey === null ? UNREADABLE : appProver(known, credential, known.rsaKey, { send, now });
}

function newInstallation(privateKey: Secret): Installation {
  return { rsaKey: readPrivateKey(privateKey.reveal()), skewMs: 0, current: null, asking: null };
}

/** The RSA key of a PEM as GitHub hands it out (PKCS#1) or as tools rewrite it (PKCS#8); null when it is none. */
export function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n').trim());
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

function appProver(
  known: Installation,
  { appId, installationId }: AppCredential,
  rsaKey: KeyObject,
  { send, now }: { send: SendSigned; now: Clock },
): Prover {
  const sign = async (): Promise<Secret> => {
    const { iat, exp } = jwtTimes(now(), known.skewMs);
    const jwt = new SignJWT().setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).setIssuer(appId);
    return new Secret(await jwt.setIssuedAt(iat).setExpirationTime(exp).sign(rsaKey));
  };
  /** True when GitHub's clock turned out to be another one than was thought. */
  const learnSkew = (headers: Headers): boolean => {
    const seen = skewFrom(headers, now(), known.skewMs);
    known.skewMs = seen ?? known.skewMs;
    return seen !== null;
  };
  const ask = async (): Promise<TokenAnswer> => {
    const answer = await askForToken({ installationId, sign, send, learnSkew, now });
    if (answer.ok) known.current = answer.token;
    return answer;
  };
  return {
    async proof(asApp) {
      if (asApp) return { ok: true, token: await sign() };
      const { current } = known;
      if (current !== null && current.usableUntil > now()) return { ok: true, token: current.token };
      known.asking ??= ask().finally(() => (known.asking = null));
      const answer = await known.asking;
      return answer.ok ? { ok: true, token: answer.token.token } : answer;
    },
    async refused(asApp, token, headers) {
      if (asApp) return learnSkew(headers);
      const { current } = known;
      if (current?.token !== token) return true;
      if (performance.now() - current.cameAtMs < TOKEN_NEW_MS) await sleep(SECOND_MS);
      else known.current = null;
      return true;
    },
  };
}

const UNREADABLE_KEY: GithubFailure = {
  kind: 'unauthorized',
  message: 'The private key of the App cannot be read: it must be the whole PEM file, first and last line included.',
  status: null,
  requestId: null,
  app: true,
};

const UNREADABLE: Prover = {
  proof: () => Promise.resolve({ ok: false, failure: UNREADABLE_KEY }),
  refused: () => Promise.resolve(false),
};
