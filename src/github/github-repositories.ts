import { ask, type Door, pathSegment, understood } from './github-ask.ts';
import { readPage } from './github-pages.ts';
import { rememberNodeId } from './github-branches.ts';
import type { GithubPage, GithubReads, GithubRepositoryFacts, PageAsk } from './github-reads.model.ts';
import type { GithubResult } from './github.model.ts';
import { parseRepositoryFacts, parseViewer } from './github.parse.ts';

type Repositories = Pick<GithubReads, 'repositoryFacts' | 'repositoryPage'>;
type Page = GithubResult<GithubPage<GithubRepositoryFacts>>;

/** One repository, and those that the credential sees. */
export function repositoryReads(door: Door): Repositories {
  return {
    repositoryFacts: (r, etag = null) =>
      ask(door, r, { method: 'GET', path: '', etag }, ({ status, headers, body }) => {
        if (status === 304) return { repository: null, etag: headers['etag'] ?? etag, notModified: true };
        const repository = parseRepositoryFacts(body);
        if (repository !== null) rememberNodeId(door, repository);
        return repository && { repository, etag: headers['etag'] ?? null, notModified: false };
      }),
    repositoryPage: (of, wanted = {}) => {
      if (door.access.credential.kind === 'app') return installationPage(door, of, wanted);
      return of === 'mine' || (wanted.next ?? null) !== null
        ? listed(door, '/user/repos', { affiliation: 'owner,collaborator,organization_member' }, wanted)
        : ownersPage(door, of.owner, wanted);
    },
  };
}

function listed(door: Door, path: string | null, parameters: Record<string, string>, wanted: PageAsk): Promise<Page> {
  return readPage(
    door,
    { path, parameters: { ...parameters, sort: 'full_name' }, parse: parseRepositoryFacts },
    wanted,
  );
}

/** An organisation's, else a user's; of the token's own user also the private ones, which GitHub lists only under /user. */
async function ownersPage(door: Door, owner: string, wanted: PageAsk): Promise<Page> {
  const segment = pathSegment(owner);
  const below = (start: string) => (segment === null ? null : `${start}/${segment}/repos`);
  const ofOrganization = await listed(door, below('/orgs'), { type: 'all' }, wanted);
  if (ofOrganization.ok || ofOrganization.failure.kind !== 'not_found' || segment === null) return ofOrganization;
  const viewer = understood(await door.api.call({ method: 'GET', path: '/user' }), false, ({ body }) =>
    parseViewer(body),
  );
  const isOwn = viewer.ok && viewer.value.login.toLowerCase() === owner.toLowerCase();
  const page = isOwn
    ? await listed(door, '/user/repos', { affiliation: 'owner' }, wanted)
    : await listed(door, below('/users'), { type: 'all' }, wanted);
  return { ...page, requests: ofOrganization.requests + viewer.requests + page.requests };
}

// An installation belongs to one account, so its repositories have one owner.
async function installationPage(door: Door, of: { owner: string } | 'mine', wanted: PageAsk): Promise<Page> {
  const page = await readPage(
    door,
    { path: '/installation/repositories', parse: parseRepositoryFacts, unwrap: repositoriesIn },
    wanted,
  );
  if (!page.ok || of === 'mine') return page;
  const prefix = `${of.owner.toLowerCase()}/`;
  const items = page.value.items.filter(({ fullName }) => fullName.toLowerCase().startsWith(prefix));
  return { ...page, value: { ...page.value, items } };
}

function repositoriesIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'repositories' in body ? body.repositories : undefined;
}
