import { planFields, projectAt, sentenceFor } from '../github/github.ts';
import { ok, warning } from './checks.decide.ts';
import type { ConnectionTestResult } from '../contract/connections.ts';
import type { Github } from '../github/github.model.ts';
import type { GithubConnection } from './connections.model.ts';

type Check = ConnectionTestResult['checks'][number];
type Places = Pick<GithubConnection, 'repository' | 'parentIssue' | 'project' | 'projectFields'>;

/** GitHub's limit (facts 3.5). */
const SUB_ISSUES_MAX = 100;

/** Whether the parent issue and the project that a connection gives its issues can be used as they are now. Reads only. */
export async function testPlaces(github: Github, connection: Places): Promise<Check[]> {
  return [...(await testParent(github, connection)), ...(await testProject(github, connection))];
}

async function testParent(github: Github, { repository, parentIssue }: Places): Promise<Check[]> {
  if (parentIssue === null) return [];
  const there = await github.subIssues({ fullName: repository }, parentIssue);
  if (!there.ok) {
    const said =
      there.failure.kind === 'not_found'
        ? `GitHub shows no issue #${parentIssue} in ${repository}, or has no sub-issues.`
        : sentenceFor(there.failure);
    return [warning('parent', said, 'Choose another parent issue; issues are filed without one meanwhile.')];
  }
  const count = there.value.length;
  if (count < SUB_ISSUES_MAX)
    return [ok('parent', `New issues become sub-issues of #${parentIssue}, which has ${count} of ${SUB_ISSUES_MAX}.`)];
  const full = `#${parentIssue} has ${SUB_ISSUES_MAX} sub-issues, and GitHub allows no more.`;
  return [warning('parent', full, 'Choose another parent issue; closed sub-issues count, too.')];
}

async function testProject(github: Github, { project: address, projectFields }: Places): Promise<Check[]> {
  const at = address === null ? null : projectAt(address);
  if (at === null) return [];
  const found = await github.project(at);
  if (!found.ok) {
    const fix =
      'Check the address, and give a classic token the scope "project", an App or a fine-grained token the permission Projects: read and write. A project of a user can be reached with a classic token only.';
    return [warning('project', `${address} cannot be used: ${sentenceFor(found.failure)}`, fix)];
  }
  const { title, closed, canUpdate } = found.value;
  if (!canUpdate)
    return [
      warning('project', `The token may read the project "${title}" but not change it.`, 'Give it write access.'),
    ];
  if (closed) return [warning('project', `The project "${title}" is closed.`, 'Reopen it, or choose another one.')];
  const { writes, problems } = planFields(found.value, projectFields);
  const fields = writes.map(({ name }) => name).join(', ');
  return [
    ok('project', `New issues are put onto the project "${title}"${fields === '' ? '' : `, with ${fields}`}.`),
    ...problems.map((problem) =>
      warning('project', problem, 'Correct the field or its value; the other ones are set.'),
    ),
  ];
}
