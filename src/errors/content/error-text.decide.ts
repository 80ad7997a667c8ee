import { cutAt, maskSecrets, neutralise, oneLine, removePersonalData } from '../../filing/user-text.decide.ts';

/** Text of Sentry's, made fit for an issue; at most `max` UTF-16 units of it, 8,000 unless said. */
export type Clean = (text: string, max?: number) => string;

const TEXT_LENGTH_MAX = 8000;

/**
 * What brings text of an error into an issue (SPEC F6, F11): no control characters or turned writing direction, no marker,
 * comment, ping or reference, no secret, and nothing of a person unless `personal`. Nobody wrote an error's text for GitHub,
 * so a connection that allows its reporters to mention people does not allow it here.
 */
export function cleanerOf(personal: boolean): Clean {
  return (text, max = TEXT_LENGTH_MAX) => {
    // cut before, too: the patterns below must never see megabytes
    const inert = neutralise(maskSecrets(plain(cutAt(text, max * 2))), false);
    return cutAt(personal ? inert : withoutPeople(inert), max);
  };
}

// C1 controls, marks that turn the writing direction of what follows, and characters nobody sees. Joiners of emoji and Persian stay.
const UNSEEN = /[\u0080-\u009f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]/gu;
// oxlint-disable-next-line no-control-regex -- removing control characters is the point
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu;

/** Whole characters only, none that is not seen; line breaks stay. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u2028\u2029]/gu, '\n')
    .replace(CONTROLS, '')
    .replace(UNSEEN, '');
}

// package@4.2.0 is how Sentry names a release and npm a folder; it reads like an e-mail address
const RELEASE = /([^\s@]{1,200}@\d+\.\d+(?:\.\d+)?(?:[-+][\w.+-]{0,100})?(?!\.?[\p{L}\d]))/u;

function withoutPeople(text: string): string {
  return text
    .split(RELEASE)
    .map((part, index) => (index % 2 === 1 ? part : removePersonalData(part)))
    .join('');
}

/**
 * One line as a code span that no backtick in it ends and, since bars are escaped, no table cell. Null for nothing: Liquid
 * takes an empty text for true.
 */
export function codeSpan(text: string | null, max = 400): string | null {
  const line = oneLine(text ?? '', max);
  if (line === '') return null;
  const longest = Math.max(0, ...[...line.matchAll(/`+/gu)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const padding = /^`|`$/u.test(line) ? ' ' : '';
  return `${fence}${padding}${line.replaceAll('|', '\\|')}${padding}${fence}`;
}

/** 18234 as 18,234. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A moment as people read it, to the minute, in UTC. */
export function minuteOf(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
