/** What looks like a token of Sentry's (facts 2): those with a prefix, and the 64 hexadecimal digits of old ones and GlitchTip's. */
const TOKEN_SHAPES = /sntry[a-z]_[\w+/=.-]+|\b[0-9a-f]{64}\b/giu;

/** The text without any token: neither the one in use nor anything that looks like one. */
export function withoutTokens(text: string, tokenInUse: string): string {
  let clean = text;
  if (tokenInUse !== '') {
    for (const form of [tokenInUse, encodeURIComponent(tokenInUse)]) clean = clean.replaceAll(form, '[token]');
  }
  return clean.replaceAll(TOKEN_SHAPES, '[token]');
}
