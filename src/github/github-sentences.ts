import { assertNever } from '../lib/assert-never.ts';
import { ended } from '../lib/sentence.ts';
import type { GithubFailure } from './github.model.ts';

/** One or two plain sentences for the person who must act, or may wait. */
export function sentenceFor(failure: GithubFailure): string {
  switch (failure.kind) {
    case 'rate_limited':
      return waitingSentence(failure);
    case 'unauthorized':
      if (failure.app === true)
        return `GitHub does not accept the App: ${ended(failure.message)} Check its id and private key, or make a new private key in the App's settings on GitHub and put it into the connection.`;
      return 'GitHub does not accept the token: it is mistyped, expired or revoked. Make a new one and put it into the connection.';
    case 'forbidden':
      if (failure.missingPermissions === null) return `GitHub refused this: ${ended(failure.message)}`;
      return failure.app === true
        ? `The App lacks a permission. GitHub wants: ${failure.missingPermissions}. Add it to the App on GitHub, and let the owner of the repository accept the change.`
        : `The token lacks a permission. GitHub wants: ${failure.missingPermissions}. Add it to the token on GitHub.`;
    case 'not_found':
      return failure.missingPermissions === undefined
        ? 'GitHub cannot find it, or the token may not see it. Check the name of the repository and that the token has access to it.'
        : `GitHub cannot find it, or the token may not see it. If the name is right, add the permission to the token on GitHub: ${failure.missingPermissions}.`;
    case 'gone':
      return `It is gone from GitHub, or switched off there: ${ended(failure.message)}`;
    case 'invalid':
      return `GitHub did not accept the content: ${ended(failure.message)}`;
    case 'unreachable':
      return `GitHub could not be reached and nothing was sent. ${ended(failure.message)}`;
    case 'unavailable':
      return `GitHub has trouble answering. ${ended(failure.message)} Throughline tries again by itself.`;
    case 'moved':
      return `GitHub says that this has moved${failure.location === null ? '' : ` to ${failure.location}`}. Put the new name of the repository into the connection.`;
    case 'unexpected':
      return `GitHub answered in a way that Throughline does not understand. ${ended(failure.message)}`;
    case 'outcome_unknown':
      return `The request was sent, but no clear answer came. ${ended(failure.message)} Throughline looks on GitHub whether it took effect before it sends anything again.`;
    default:
      return assertNever(failure);
  }
}

function waitingSentence({ limit, retryAt }: Extract<GithubFailure, { kind: 'rate_limited' }>): string {
  const then = `Throughline goes on by itself at ${retryAt.toISOString().slice(11, 19)} UTC.`;
  switch (limit) {
    case 'primary':
      return `This token's hourly number of requests to GitHub is used up. ${then}`;
    case 'secondary':
      return `GitHub asks for a pause, because many requests came in a short time. ${then}`;
    case 'backfill_budget':
      return `The rest of this hour's requests to GitHub is kept for what people wait for. ${then}`;
    case 'creation_budget':
      return `New issues are spread out, so that GitHub does not block the token for creating too many at once. ${then}`;
    default:
      return assertNever(limit);
  }
}
