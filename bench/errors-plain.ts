import type { BenchFake } from './ground.ts';
import type { FakeProcess } from '../test/support/fake-process.ts';

interface PlainIssue {
  id: string;
  title: string;
  permalink: string;
}

/**
 * What common scripts do: pages of the list, then for each issue its details, its latest event and one creation, one after the
 * other. It keeps nothing, so what it did is known to nobody.
 */
export async function filePlainly(
  sentry: FakeProcess & { organization: string },
  github: BenchFake,
): Promise<{ requests: number; ms: number }> {
  let requests = 0;
  const ask = async (url: string, init: { method?: string; body?: string } = {}, token = sentry.token) => {
    requests += 1;
    const answer = await fetch(url, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const body: unknown = await answer.json();
    return { body, link: answer.headers.get('link') ?? '' };
  };
  const issues = `${sentry.url}/api/0/organizations/${sentry.organization}/issues/`;
  const startedAt = performance.now();
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = `query=is:unresolved&statsPeriod=30d&limit=100&cursor=${encodeURIComponent(cursor)}`;
    const page = await ask(`${issues}?${query}`);
    for (const { id, title, permalink } of page.body as PlainIssue[]) {
      await ask(`${issues}${id}/`);
      await ask(`${issues}${id}/events/latest/`);
      const body = JSON.stringify({ title, body: permalink });
      await ask(`${github.apiUrl}/repos/${github.repository}/issues`, { method: 'POST', body }, github.token);
    }
    cursor = /rel="next"; results="true"; cursor="([^"]+)"/u.exec(page.link)?.[1] ?? null;
  }
  return { requests, ms: performance.now() - startedAt };
}
