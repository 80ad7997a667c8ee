/** One term of a search: all of them must hold. Free text has the key ''. */
export interface SentryTerm {
  key: string;
  isNegated: boolean;
  /** More than one: a list in brackets, any of them. */
  values: string[];
}

const IS_WORDS =
  'unresolved resolved ignored archived assigned unassigned for_review linked unlinked new ongoing escalating regressed archived_until_escalating archived_until_condition_met archived_forever'.split(
    ' ',
  );
const LEVELS = ['sample', 'debug', 'info', 'warning', 'error', 'fatal', 'unknown'];
const PRIORITIES = ['high', 'medium', 'low'];
const AGE = /^[+-]\d+[mhdw]$/u;
const INSTANT = /^[<>]=?\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/u;
const NUMBER = /^(?:[<>]=?)?\d+$/u;
const TIME_KEYS = ['age', 'firstSeen', 'lastSeen', 'first_seen', 'last_seen'];
const COUNT_KEYS = ['timesSeen', 'times_seen', 'userCount', 'user_count'];

/** Reads a search as Sentry does, or says in its words what is wrong with it. */
export function parseQuery(query: string): { ok: true; terms: SentryTerm[] } | { ok: false; detail: string } {
  const pieces = piecesOf(query);
  if (pieces === null) return refused('Malformed query: a quote or bracket is not closed');
  if (pieces.some((piece) => /^(?:OR|AND)$|^\(|[^\\]\)$/u.test(piece)))
    return refused('Boolean statements containing "OR" or "AND" are not supported in this search');
  const terms = pieces.map(termOf);
  for (const term of terms) {
    const fault = faultOf(term);
    if (fault !== null) return refused(fault);
  }
  return { ok: true, terms };
}

function refused(why: string): { ok: false; detail: string } {
  return { ok: false, detail: `Error parsing search query: ${why}` };
}

/** The pieces between spaces; spaces in quotes and brackets belong to their piece. Null: something is not closed. */
function piecesOf(query: string): string[] | null {
  const pieces: string[] = [];
  let piece = '';
  let isQuoted = false;
  let isListed = false;
  let before = '';
  for (const letter of query) {
    if (letter === '"' && before !== '\\') isQuoted = !isQuoted;
    if (letter === '[' && !isQuoted && piece.endsWith(':')) isListed = true;
    if (letter === ']' && !isQuoted) isListed = false;
    if (/\s/u.test(letter) && !isQuoted && !isListed) {
      if (piece !== '') pieces.push(piece);
      piece = '';
    } else piece += letter;
    before = letter;
  }
  if (piece !== '') pieces.push(piece);
  return isQuoted || isListed ? null : pieces;
}

function termOf(piece: string): SentryTerm {
  const found = /^(?<not>!?)(?<key>[\w.-]+|"[^"]+"):(?<value>[\s\S]*)$/u.exec(piece)?.groups;
  if (found === undefined) {
    const isNegated = piece.startsWith('!') && piece.length > 1;
    return { key: '', isNegated, values: [unquoted(isNegated ? piece.slice(1) : piece)] };
  }
  const value = found['value'] ?? '';
  const list = /^\[(?<inner>[\s\S]*)\]$/u.exec(value)?.groups?.['inner'];
  const values = list === undefined ? [value] : (list.match(/"(?:\\.|[^"])*"|[^,]+/gu) ?? []);
  const texts = values.map((one) => unquoted(one.trim())).filter((one, _, all) => one !== '' || all.length === 1);
  return { key: unquoted(found['key'] ?? ''), isNegated: found['not'] === '!', values: texts };
}

function unquoted(text: string): string {
  const inner = /^"(?<inner>[\s\S]*)"$/u.exec(text)?.groups?.['inner'];
  return (inner ?? text).replaceAll('\\"', '"');
}

function faultOf({ key, values }: SentryTerm): string | null {
  const wrong = (good: (value: string) => boolean): string | undefined => values.find((value) => !good(value));
  if (values.length === 0 || (key !== '' && values.includes(''))) return `Empty string after '${key}:'`;
  if (key === 'is')
    return said(
      wrong((word) => IS_WORDS.includes(word)),
      (word) => `Invalid value for "is" search, valid values are ${JSON.stringify(IS_WORDS)}: ${word}`,
    );
  if (key === 'level')
    return said(
      wrong((word) => LEVELS.includes(word)),
      (word) => `${word} is not a valid level`,
    );
  if (key === 'issue.priority')
    return said(
      wrong((word) => PRIORITIES.includes(word)),
      (word) => `Invalid priority value of '${word}'`,
    );
  if (TIME_KEYS.includes(key))
    return said(
      wrong((at) => AGE.test(at) || INSTANT.test(at)),
      (at) => `${key}: ${at} is not a valid datetime query`,
    );
  if (COUNT_KEYS.includes(key))
    return said(
      wrong((count) => NUMBER.test(count)),
      (count) => `${key}: Invalid number: ${count}. Expected number then optional k, m, or b suffix (e.g. 500k).`,
    );
  return null;
}

function said(wrong: string | undefined, sentence: (wrong: string) => string): string | null {
  return wrong === undefined ? null : sentence(wrong);
}
