import { createHmac } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import examples from '@octokit/webhooks-examples' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
/** How many different posts there are; they are sent in turns. */
const POSTS = 400;
const SMALL_BYTES = 12 * 1024;
const LARGE_BYTES = 100 * 1024;
/** One in so many payloads is a large one. */
const LARGE_EVERY = 20;

/** What is sent: everything of a post but the delivery's GUID. */
export interface Post {
  event: string;
  signature: string;
  body: Buffer;
}

/**
 * Posts as GitHub makes them, each of other content: its own examples of every event, those that are shorter than 12 kB brought
 * to it by text that people wrote, one in twenty to 100 kB. The same ones at each call.
 */
export function postsBy(secret: string): Post[] {
  const payloads = (examples as unknown as { name: string; examples: object[] }[]).flatMap(
    ({ name, examples: given }) => given.map((payload) => ({ event: name, payload })),
  );
  const text = prose();
  return Array.from({ length: POSTS }, (_, index) => {
    const { event, payload } = payloads[(index * 7) % payloads.length] ?? { event: 'ping', payload: {} };
    const bytes = index % LARGE_EVERY === 0 ? LARGE_BYTES : SMALL_BYTES;
    const body = Buffer.from(padded(payload, bytes, text, index));
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    return { event, signature, body };
  });
}

/** The payload with a description that makes it `bytes` long, or as it is when it is longer. Each takes its part of the text. */
function padded(payload: object, bytes: number, text: string, index: number): string {
  const bare = JSON.stringify({ ...payload, description: '' });
  const missing = bytes - bare.length;
  if (missing <= 0) return JSON.stringify(payload);
  const from = (index * 7919) % (text.length - missing);
  return JSON.stringify({ ...payload, description: text.slice(from, from + missing) });
}

/** What the packages here say of themselves: English, code, tables and addresses, as in issues. ASCII, so that letters are bytes. */
function prose(): string {
  const files = globSync(['node_modules/*/{README,CHANGELOG}.md', 'node_modules/@octokit/*/README.md'], { cwd: ROOT });
  const text = files.toSorted().map((file) => readFileSync(join(ROOT, file), 'utf8').slice(0, 20_000));
  return text.join('\n').replaceAll(/[^\n -~]/gu, '');
}
