/**
 * Everything that looks like a GitHub token: classic, OAuth, app user, installation (short, and the 520-character form with
 * dots), refresh and fine-grained ones, and bare JWTs. Source: facts 1.4 and 1.5.
 */
const TOKEN_SHAPES = /(?:gh[posur]_[\w.-]+|github_pat_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*)/g;

/** The text without any token: neither the one in use nor anything that looks like one. */
export function withoutTokens(text: string, tokenInUse: string): string {
  let clean = text;
  if (tokenInUse !== '') {
    for (const form of [tokenInUse, encodeURIComponent(tokenInUse)]) clean = clean.replaceAll(form, '[token]');
  }
  return clean.replaceAll(TOKEN_SHAPES, '[token]');
}
