import type { z } from 'zod';

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What is wrong with a value, in a sentence. Our own schemas' sentences are kept; zod's terse ones are said in plain words. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  if (/[.!?]$/u.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'This is needed.'
        : `This must be ${typeWord(issue.expected)}.`;
    case 'too_big':
      return `This is too ${issue.origin === 'number' || issue.origin === 'int' ? 'large' : 'long'}: at most ${issue.maximum.toLocaleString('en')}${unitOf(issue.origin)}.`;
    case 'too_small':
      return `This is too ${issue.origin === 'number' || issue.origin === 'int' ? 'small' : 'short'}: at least ${issue.minimum.toLocaleString('en')}${unitOf(issue.origin)}.`;
    case 'unrecognized_keys':
      return 'Nothing of this name is known here: leave it out.';
    case 'invalid_value':
      return `This must be one of ${issue.values.map(String).join(', ')}.`;
    case 'invalid_format':
      return issue.format === 'url'
        ? 'Write an address that begins with https:// or http://.'
        : `This is not a valid ${issue.format}.`;
    default:
      return 'This value cannot be used.';
  }
}

function typeWord(expected: string): string {
  return TYPES[expected] ?? expected;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' entries' : '';
}
