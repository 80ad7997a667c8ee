import type { GithubResult } from './github.model.ts';

/** Leaves room among the reads under way at once for others. */
const AT_ONCE = 4;

/**
 * Asks for each item, four at a time; the answers in the order of the items. The first failure ends it, and nothing more is
 * asked.
 */
export async function askEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<GithubResult<R>>,
): Promise<GithubResult<R[]>> {
  const values: R[] = [];
  const waiting = [...items.entries()].reverse();
  let requests = 0;
  let failed: (GithubResult<R> & { ok: false }) | null = null;
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined && failed === null; next = waiting.pop()) {
      const [index, item] = next;
      const result = await work(item);
      requests += result.requests;
      if (result.ok) values[index] = result.value;
      else failed ??= result;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed === null ? together(values, requests) : { ...(failed as GithubResult<R> & { ok: false }), requests };
}

/** A value put together from several answers. */
export function together<T>(value: T, requests: number): GithubResult<T> {
  return { ok: true, value, status: 200, requestId: null, requests };
}
