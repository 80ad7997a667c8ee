import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';

import { percentile, rounded } from './numbers.ts';
import type { Post } from './receive-posts.ts';

export interface Sent {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answered, but not by a status of success. */
  failed: number;
  answered: number;
}

/** A post and its GUID; null: there is no more to send. */
export type Next = (index: number) => { post: Post; guid: string } | null;

/**
 * So many senders at once, each with its next post as soon as the one before was answered, until there is none; `perSecond` makes
 * each post due at its time instead, and times it from then, whether or not a sender was free. They speak HTTP by themselves, on
 * a connection each that stays open: a client library costs as much as a server, on the same processors.
 */
export async function sendBy(senders: number, url: string, next: Next, perSecond = Infinity): Promise<Sent> {
  const times: number[] = [];
  let failed = 0;
  let index = 0;
  const { host, hostname, port, pathname } = new URL(url);
  const startedAt = performance.now();
  const sender = async () => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    for (let given = next(index); given !== null; given = next(index)) {
      const dueAt = startedAt + (index++ / perSecond) * 1000;
      if (dueAt > performance.now()) await sleep(dueAt - performance.now());
      // a timer may wake a sender a little early
      const askedAt = perSecond === Infinity ? performance.now() : Math.min(dueAt, performance.now());
      const status = await ask(socket, headOf(given, host, pathname), given.post.body);
      if (status < 300) times.push(performance.now() - askedAt);
      else failed += 1;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: senders }, sender));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  return {
    perSecond: rounded(times.length / tookSeconds),
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    failed,
    answered: times.length,
  };
}

function headOf({ post, guid }: { post: Post; guid: string }, host: string, path: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    'user-agent: GitHub-Hookshot/bench',
    'accept: */*',
    'content-type: application/json',
    `content-length: ${post.body.length}`,
    `x-github-event: ${post.event}`,
    `x-github-delivery: ${guid}`,
    'x-github-hook-id: 292430182',
    `x-hub-signature-256: ${post.signature}`,
    '\r\n',
  ].join('\r\n');
}

/** Sends a request and waits for its whole answer; resolves to its status. */
async function ask(socket: Socket, head: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onEnd = () => reject(new Error('the server closed the connection'));
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      socket.off('data', onData).off('close', onEnd);
      resolve(Number(answer.slice(9, 12)));
    };
    socket.on('data', onData).on('close', onEnd);
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/iu.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
