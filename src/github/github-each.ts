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
  const failures: (GithubResult<R> & { ok: false })[] = [];
  const waiting = items.entries();
  let requests = 0;
  const worker = async () => {
    for (const [index, item] of waiting) {
      const result = await work(item);
      requests += result.requests;
      if (result.ok) values[index] = result.value;
      else failures.push(result);
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const [first] = failures;
  return first === undefined ? together(values, requests) : { ...first, requests };
}

/** A value put together from several answers. */
export function together<T>(value: T, requests: number): GithubResult<T> {
  return { ok: true, value, status: 200, requestId: null, requests };
}
