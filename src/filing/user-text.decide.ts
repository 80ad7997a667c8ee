import { removeMarkers } from './marker.decide.ts';

const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Makes text that a person wrote harmless inside an issue body (SPEC F6): no HTML comment, no marker, no ping, no
 * cross-reference. What a reader sees stays the same: a zero-width space breaks what GitHub would act on.
 */
export function neutralise(text: string, allowMentions: boolean): string {
  const inert = removeMarkers(normaliseNewlines(text))
    .replaceAll('<!--', `<!${ZERO_WIDTH_SPACE}--`)
    .replace(/<(\/?)(details|summary)\b/giu, `<${ZERO_WIDTH_SPACE}$1$2`);
  if (allowMentions) return inert;
  return (
    inert
      .replace(/(^|[^\p{L}\p{N}_/.-])@(?=[\p{L}\p{N}])/gmu, `$1@${ZERO_WIDTH_SPACE}`)
      .replace(/#(?=\d)/gu, `#${ZERO_WIDTH_SPACE}`)
      .replace(/\bGH-(?=\d)/giu, (found) => found + ZERO_WIDTH_SPACE)
      // Links to issues and pull requests would leave a reference on somebody else's issue; this host of GitHub's leaves none.
      .replace(
        /\bhttps?:\/\/(?:www\.)?github\.com(?=\/[^\s/]+\/[^\s/]+\/(?:issues|pull|discussions|commit)\/)/giu,
        'https://redirect.github.com',
      )
  );
}

/** CRLF and lone CR become LF; other control characters but tab are dropped, GitHub shows none of them. */
export function normaliseNewlines(text: string): string {
  // oxlint-disable-next-line no-control-regex -- removing control characters is the point
  return text.replace(/\r\n?/gu, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, '');
}

const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
  /\b(?:gh[oprsu]_[A-Za-z0-9_.-]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abposr]-[\w-]{10,}|sk-[\w-]{20,}|sk_live_\w{16,}|AIza[\w-]{30,}|npm_\w{30,})/gu,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/gu,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*/gu,
];
const NAMED_SECRETS =
  /((?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|access[-_ ]?key|client[-_ ]?secret|private[-_ ]?key)["']?\s*[:=]\s*["']?)(?!\[masked\])[^\s"',;&<]{4,}/giu;
const AUTHORIZATION = /((?:authorization|cookie|set-cookie)["']?\s*[:=]\s*["']?)[^\n"']+/giu;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gu;
// Repetitions before a sign that may be missing have a limit: without one, a long text takes seconds for each pattern.
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,40}:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/giu;

/** Masks what looks like a token, key or password (SPEC F11). It runs before anything leaves the hub, whatever the repository. */
export function maskSecrets(text: string): string {
  const masked = SECRETS.reduce((current, pattern) => current.replace(pattern, '[masked]'), text);
  return masked
    .replace(AUTHORIZATION, '$1[masked]')
    .replace(BEARER, '$1 [masked]')
    .replace(NAMED_SECRETS, '$1[masked]')
    .replace(URL_PASSWORD, '$1[masked]');
}

const E_MAIL = /[\p{L}\p{N}._%+-]{1,128}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
// a browser's version, as in Chrome/150.0.0.0, is no address
const IPV4 = /(?<!\w\/)\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/gu;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,5}(?![\w:])/giu;

/** Takes e-mail and IP addresses out of text that goes to a public repository (SPEC F11). */
export function removePersonalData(text: string): string {
  return text.replace(E_MAIL, '[e-mail removed]').replace(IPV6, '[IP removed]').replace(IPV4, '[IP removed]');
}

/** Context fields that name a person by themselves, whatever they hold. */
export function isPersonalField(name: string): boolean {
  return /(^|[^a-z])(e-?mail|ip|ip[-_ ]?address|remote[-_ ]?addr(ess)?|cookies?|authorization|session|phone|user[-_ ]?name|full[-_ ]?name|address)($|[^a-z])/iu.test(
    name,
  );
}

/** Cuts text to at most `max` UTF-16 units without splitting a character. */
export function cutAt(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/u.test(text.charAt(max - 1)) ? max - 1 : max;
  return text.slice(0, Math.max(0, end));
}

/** One line of at most `max` UTF-16 units, with an ellipsis where it was cut. */
export function oneLine(text: string, max: number): string {
  const line = normaliseNewlines(text).replace(/\s+/gu, ' ').trim();
  return line.length <= max ? line : `${cutAt(line, max - 1).trimEnd()}…`;
}

/** Ends a code fence that was left open, so that what follows is not swallowed by it. */
export function closeFences(text: string): string {
  let open: string | null = null;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line);
    const run = fence?.[1];
    if (run === undefined) continue;
    if (open === null) open = run;
    else if (run.startsWith(open) && (fence?.[2] ?? '').trim() === '') open = null;
  }
  return open === null ? text : `${text}\n${open}`;
}

/** Text as a code block whose fence is longer than any inside. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/gu)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
