import { setTimeout as sleep } from 'node:timers/promises';

import { after } from '../lib/clock.ts';
import { CLAIM_COLOR, CLAIM_LABEL, claimIn, claimText, decideSeen, needsRefresh } from './claim.decide.ts';
import type { Claim } from './claim.decide.ts';
import type { Github, GithubFailure, RepositoryRef } from '../github/github.model.ts';

/** The right to file into a repository, as far as runs on other machines heed it. */
export interface HeldClaim {
  /** To be asked before each issue that is sent. False: it was lost, and nothing more may be sent. */
  keep(): Promise<boolean>;
  release(): Promise<void>;
}

/** `not_allowed`: the token may not make labels, so runs cannot tell each other. */
export type Claimed =
  | { kind: 'held'; claim: HeldClaim }
  | { kind: 'not_allowed' }
  | { kind: 'busy'; why: string }
  | { kind: 'failed'; failure: GithubFailure };

interface Claimant {
  github: Github;
  repository: RepositoryRef;
  /** This run, and the one before it of the same journal. */
  holder: string;
  former: string | null;
  leaseMs: number;
}

const TRIES_MAX = 3;
/** Between taking over and believing it: who looked at the dead claim at the same moment has acted by then. */
const SETTLE_SHARE = 1 / 24;
/** How long a look at the claim is good for. */
const LOOK_SHARE = 1 / 6;

/** Claims a repository by making a label there. A claim whose run died is taken over once its time is over. */
export async function claimRepository(claimant: Claimant): Promise<Claimed> {
  const { github, repository, holder, former, leaseMs } = claimant;
  let tookOver = false;
  for (let tried = 1; ; tried += 1) {
    const until = after(new Date(), leaseMs);
    const label = { name: CLAIM_LABEL, color: CLAIM_COLOR, description: claimText({ holder, until }) };
    const made = await github.createLabel(repository, label);
    if (!made.ok && made.failure.kind !== 'outcome_unknown') return refusal(made.failure);
    if (made.ok && made.value) {
      if (tookOver) await sleep(leaseMs * SETTLE_SHARE);
      if (!tookOver) return { kind: 'held', claim: heldClaim(claimant, { holder, until }) };
    }
    const seen = await github.label(repository, CLAIM_LABEL);
    if (!seen.ok) return { kind: 'failed', failure: seen.failure };
    if (seen.value === null && tried < TRIES_MAX) continue;
    const claim = seen.value === null ? null : claimIn(seen.value.description);
    const meaning = decideSeen(claim, { holder, former, leaseMs, now: new Date() });
    if (meaning === 'ours') return { kind: 'held', claim: heldClaim(claimant, claim ?? { holder, until }) };
    if (meaning !== 'take_over' || tried >= TRIES_MAX) return { kind: 'busy', why: busyWords(claim) };
    const gone = await github.deleteLabel(repository, CLAIM_LABEL);
    if (!gone.ok) return { kind: 'failed', failure: gone.failure };
    tookOver = true;
  }
}

function refusal(failure: GithubFailure): Claimed {
  const mayNot = failure.kind === 'forbidden' || failure.kind === 'not_found';
  return mayNot ? { kind: 'not_allowed' } : { kind: 'failed', failure };
}

function busyWords(claim: Claim | null): string {
  return claim === null
    ? `The label “${CLAIM_LABEL}” is there, and no run made it: delete it on GitHub to let runs file.`
    : `Another run is filing into this repository, until ${claim.until.toISOString().slice(11, 19)} UTC at the latest.`;
}

function heldClaim({ github, repository, leaseMs }: Claimant, first: Claim): HeldClaim {
  let claim = first;
  let lookedAt = -Infinity;
  const isStillOurs = async () => {
    const seen = await github.label(repository, CLAIM_LABEL);
    if (!seen.ok) return !needsRefresh(claim.until, leaseMs, new Date());
    lookedAt = performance.now();
    return seen.value !== null && claimIn(seen.value.description)?.holder === claim.holder;
  };
  return {
    async keep() {
      const due = needsRefresh(claim.until, leaseMs, new Date());
      if (!due && performance.now() - lookedAt < leaseMs * LOOK_SHARE) return true;
      if (!(await isStillOurs())) return false;
      if (!due) return true;
      const next = { ...claim, until: after(new Date(), leaseMs) };
      const written = await github.changeLabel(repository, CLAIM_LABEL, { description: claimText(next) });
      if (written.ok) claim = next;
      return written.ok && !needsRefresh(claim.until, leaseMs, new Date());
    },
    async release() {
      if (await isStillOurs()) await github.deleteLabel(repository, CLAIM_LABEL);
    },
  };
}
