import { startFake, startHub, until, withDataDir } from './ground.ts';
import { rounded } from './numbers.ts';
import type { BenchFake, BenchHub } from './ground.ts';

/** Below what one credential may create in an hour. */
const REPORTS = 400;

/** Reports a second that become issues, without the spacing that GitHub asks for, beside plain POSTs one after the other. */
export async function filed(): Promise<object> {
  const fake = await startFake();
  try {
    return await withDataDir(async (dataDir) => {
      const hub = await startHub(dataDir, fake);
      await allowMany(hub);
      await hub.call('POST', '/api/v1/reports', { title: 'First, to warm up', description: '' });
      const plain = await postPlainly(fake, REPORTS);
      const startedAt = performance.now();
      await Promise.all(
        Array.from({ length: REPORTS }, async (_, index) =>
          hub.call('POST', '/api/v1/reports', { title: `Filed ${index}`, description: 'Text' }, { prefer: 'wait=0' }),
        ),
      );
      const acceptedMs = performance.now() - startedAt;
      const issues = await until(
        async () => fake.control<unknown[]>('GET', 'issues?text=Filed'),
        (found) => found.length >= REPORTS,
      );
      const perSecond = REPORTS / ((performance.now() - startedAt) / 1000);
      await hub.stop();
      return {
        reports_per_s: rounded(perSecond),
        plain_posts_per_s: rounded(plain),
        ratio_to_plain: rounded(perSecond / plain, 3),
        all_accepted_after_ms: rounded(acceptedMs),
        reports: REPORTS,
        issues: issues.length,
      };
    });
  } finally {
    await fake.stop();
  }
}

async function allowMany(hub: BenchHub): Promise<void> {
  const { items } = await hub.call<{ items: { id: string }[] }>('GET', '/api/v1/connections');
  for (const { id } of items)
    await hub.call('PATCH', `/api/v1/connections/${id}`, { creations_per_hour: REPORTS + 50 });
}

async function postPlainly(fake: BenchFake, count: number): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) await postIssue(fake, `Plain ${index}`);
  return count / ((performance.now() - startedAt) / 1000);
}

/** One issue made without any hub. */
export async function postIssue(fake: BenchFake, title: string): Promise<void> {
  const answer = await fetch(`${fake.apiUrl}/repos/${fake.repository}/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fake.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, body: 'Text' }),
  });
  await answer.text();
  if (answer.status !== 201) throw new Error(`the fake answered ${answer.status}`);
}
