import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A fake in a process of its own: whoever is measured or killed shares no thread and no fate with it. */
export interface FakeProcess {
  url: string;
  token: string;
  /** Tells it what to do: see `answerControl` of the fakes. */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  stop(): Promise<void>;
}

/** Starts the script of a fake; `More` is what its first line tells besides. */
export async function startFakeProcess<More = unknown>(
  script: string,
  args: readonly string[] = [],
): Promise<FakeProcess & More> {
  const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const told = JSON.parse(line.toString()) as Omit<FakeProcess, 'control' | 'stop'> & More;
  return {
    ...told,
    control: controlOf(told.url),
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      await exit;
    },
  };
}

/** Tells the fake at an address what to do, wherever it runs. */
export function controlOf(url: string): FakeProcess['control'] {
  return async <T>(method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/_fake/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} of a fake answered ${answer.status}: ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
}
