import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';

import type { BenchFake } from './ground.ts';

/**
 * What most write: Octokit, one list after the other, and one call for the date of each branch. It stores nothing, and reads
 * neither labels, milestones, people and teams nor whether pull requests can be merged.
 */
export async function readPlainly(fake: BenchFake, fullName: string): Promise<{ ms: number; items: number }> {
  const octokit = new (Octokit.plugin(paginateRest))({ auth: fake.token, baseUrl: fake.apiUrl });
  const [owner = '', repo = ''] = fullName.split('/');
  const of = { owner, repo, per_page: 100, state: 'all' } as const;
  const startedAt = performance.now();
  const issues = await octokit.paginate('GET /repos/{owner}/{repo}/issues', of);
  const pulls = await octokit.paginate('GET /repos/{owner}/{repo}/pulls', of);
  const comments = await octokit.paginate('GET /repos/{owner}/{repo}/issues/comments', { owner, repo, per_page: 100 });
  const branches = await octokit.paginate('GET /repos/{owner}/{repo}/branches', { owner, repo, per_page: 100 });
  for (const { commit } of branches)
    await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}', { owner, repo, ref: commit.sha });
  const items = issues.length + pulls.length + comments.length + branches.length;
  return { ms: performance.now() - startedAt, items };
}
