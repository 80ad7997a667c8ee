import type { SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { Doing } from './sandbox-labels.ts';
import { organizationShape, userShape } from './sandbox-shapes-people.ts';
import { addRepository, addUser, findOrganization, fullNameOf, splitFullName, timestamp } from './sandbox-state.ts';
import type { RepositoryOptions } from './sandbox-state.ts';
import { tell } from './sandbox-tell.ts';

/** Makes a repository and tells its organization. */
export function createRepository(
  world: SandboxWorld,
  fullName: string,
  { actor, ...options }: RepositoryOptions & { actor: string },
): SandboxRepository {
  const repository = addRepository(world, fullName, options);
  tellRepository(world, { repository, actor }, 'created');
  return repository;
}

/** Renames a repository, or transfers it when the owner differs; its old name redirects from now on. */
export function renameRepository(world: SandboxWorld, doing: Doing, fullName: string): void {
  const { repository } = doing;
  const [owner, name] = splitFullName(fullName);
  const from = { owner: repository.owner, name: repository.name };
  repository.formerNames.push(fullNameOf(repository).toLowerCase());
  repository.formerNames = repository.formerNames.filter((former) => former !== fullName.toLowerCase());
  addUser(world, owner);
  Object.assign(repository, { owner, name, updatedAt: timestamp(world) });
  if (owner !== from.owner) tellTransfer(world, doing, from.owner);
  else tellRepository(world, doing, 'renamed', { changes: { repository: { name: { from: from.name } } } });
}

function tellTransfer(world: SandboxWorld, doing: Doing, from: string): void {
  tell(world, {
    ...doing,
    event: 'repository',
    action: 'transferred',
    more: (context) => ({
      changes: {
        owner: {
          from:
            findOrganization(context.state, from) === null
              ? { user: userShape(context, from) }
              : { organization: organizationShape(context, from) },
        },
      },
    }),
  });
}

/** What stands in a repository's settings. */
export interface RepositoryEdit {
  description?: string | null;
  defaultBranch?: string;
  hasIssues?: boolean;
  hasPulls?: boolean;
}

/** Changes settings; hooks hear of description and default branch. */
export function editRepository(world: SandboxWorld, doing: Doing, edit: RepositoryEdit): void {
  const { repository } = doing;
  const before = { ...repository };
  Object.assign(repository, edit, { updatedAt: timestamp(world) });
  const changes = {
    ...(before.description === repository.description ? {} : { description: { from: before.description } }),
    ...(before.defaultBranch === repository.defaultBranch ? {} : { default_branch: { from: before.defaultBranch } }),
  };
  if (Object.keys(changes).length > 0) tellRepository(world, doing, 'edited', { changes });
}

export function archiveRepository(world: SandboxWorld, doing: Doing, archived: boolean): void {
  if (doing.repository.archived === archived) return;
  Object.assign(doing.repository, { archived, updatedAt: timestamp(world) });
  tellRepository(world, doing, archived ? 'archived' : 'unarchived');
}

/** Makes a repository private or public; the latter is also the event `public`. */
export function setVisibility(world: SandboxWorld, doing: Doing, visibility: SandboxRepository['visibility']): void {
  if (doing.repository.visibility === visibility) return;
  Object.assign(doing.repository, { visibility, updatedAt: timestamp(world) });
  tellRepository(world, doing, visibility === 'private' ? 'privatized' : 'publicized');
  if (visibility === 'public') tell(world, { ...doing, event: 'public', action: null });
}

/** Deletes a repository with all that is in it: GitHub answers 404 from now on. */
export function deleteRepository(world: SandboxWorld, doing: Doing): void {
  tellRepository(world, doing, 'deleted');
  world.state.repositories = world.state.repositories.filter((other) => other !== doing.repository);
}

function tellRepository(world: SandboxWorld, doing: Doing, action: string, more: object = {}): void {
  tell(world, { ...doing, event: 'repository', action, more: () => more });
}
