import { applyComments, applyGone, applyIssues, applyPulls } from './apply.ts';
import { applyInstallation, connectionsAt } from './installation.ts';
import { applyPush } from './push.ts';
import { COMMENTS } from './tables.decide.ts';
import { dueDetailsByNumber } from './pulls.store.ts';
import { envelopeOf, toldBy } from './told.ts';
import { connectionById, provenApp } from '../connections/connections.ts';
import {
  markDirty,
  repositoriesOfTenant,
  selectFacet,
  selectRepositories,
  updateRepository,
} from './repositories.store.ts';
import { markItemsGone } from './items.store.ts';
import { mirroredIds } from './issues.store.ts';
import { refetchComments, refetchIssue, refetchPull } from './refetch.ts';
import type { ApplyDelivery, ArrivedDelivery } from '../deliveries/deliveries.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { How } from './apply.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Told } from './told.ts';

type Outcome = Awaited<ReturnType<ApplyDelivery>>;
type Of<Tells extends Told['tells']> = Extract<Told, { tells: Tells }>;

interface Arrival {
  ctx: OutsideCtx;
  connection: GithubConnection;
  repository: MirroredRepository;
  how: How;
}

const applied = (message: string): Outcome => ({ state: 'applied', message });
const ignored = (message: string): Outcome => ({ state: 'ignored', message });

/**
 * Takes webhook deliveries over into the mirror, in whatever order and however often they come (SPEC M6, W2). What a payload alone
 * cannot settle is asked for by number, or its list is read anew soon.
 */
export function deliveryApplier(ctx: OutsideCtx): ApplyDelivery {
  return async (connection, delivery) => {
    const told = toldBy(delivery.event, delivery.action, delivery.payload);
    if (told.tells === 'nothing') return ignored(told.why);
    if (told.tells === 'installation') return applyInstallation(ctx, connection, told);
    const { actor, repository: named } = envelopeOf(delivery.payload);
    if (named === null) return allRepositories(ctx, connection, told);
    // the hook of an organisation or an App tells one connection of repositories that others of the tenant mirror
    const { tenantId, baseUrl } = connection;
    const of = { tenantId, host: new URL(baseUrl).host, githubId: named.id };
    const outcomes: Outcome[] = [];
    for (const repository of await repositoriesOfTenant(ctx.sql, of)) {
      const owner = await ownerOf(ctx, connection, repository);
      if (named.fullName !== repository.full_name) await markDirty(ctx.sql, repository.id, ['repository'], ctx.now());
      outcomes.push(await tell({ ctx, connection: owner, repository, how: howOf(ctx, delivery, actor) }, told));
    }
    const first = outcomes.find(({ state }) => state === 'applied') ?? outcomes[0];
    return first ?? ignored(`${named.fullName} is not mirrored here.`);
  };
}

async function ownerOf(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: MirroredRepository,
): Promise<GithubConnection> {
  if (repository.connection_id === connection.id) return connection;
  return (await connectionById(ctx.sql, repository.connection_id)) ?? connection;
}

function howOf(ctx: OutsideCtx, { receivedAt }: ArrivedDelivery, actor: string | null): How {
  return { askedAt: receivedAt, from: 'payload', via: 'webhook', actor, now: ctx.now() };
}

async function tell(arrival: Arrival, told: Told): Promise<Outcome> {
  const { ctx, repository } = arrival;
  // it was out of sight, and GitHub tells of it: whether it is there again, a read will show
  if (repository.gone !== null) await markDirty(ctx.sql, repository.id, ['repository'], ctx.now());
  if (told.tells === 'issue') return issue(arrival, told);
  if (told.tells === 'issue_gone') return issueGone(arrival, told);
  if (told.tells === 'comment') return comment(arrival, told);
  if (repository.mirrors !== 'all') return ignored(`Only linked issues of ${repository.full_name} are mirrored.`);
  switch (told.tells) {
    case 'pull':
      return pull(arrival, told);
    case 'push':
      return applied(await applyPush(ctx, repository, told, arrival.how));
    case 'repository_gone':
      await updateRepository(ctx.sql, repository.id, { gone: 'deleted', gone_at: ctx.now() });
      return applied(`${repository.full_name} was deleted. What is mirrored of it stays.`);
    case 'facets':
      await markDirty(ctx.sql, repository.id, told.facets, ctx.now());
      return applied(`Read anew: ${told.facets.join(', ')}.`);
    case 'installation':
    case 'nothing':
    default:
      return ignored('It tells nothing of a repository.');
  }
}

async function issue(arrival: Arrival, { issue: told }: Of<'issue'>): Promise<Outcome> {
  if (!(await isMirrored(arrival, told.id)))
    return ignored(`#${told.number} is not linked, and only linked issues are mirrored.`);
  const { ctx, repository, how } = arrival;
  const [result] = await ctx.sql.transaction().execute(async (sql) => applyIssues(sql, repository, [told], how));
  const isDoubtful = result?.merge === 'insert' && (await wasListed(arrival, 'issues', told.updatedAt));
  if (result === undefined || (result.merge !== 'refetch' && !isDoubtful))
    return settled(`#${told.number}`, result?.merge);
  await refetchIssue(arrival, { id: result.id, github_id: told.id, number: told.number });
  if (isDoubtful)
    return applied(`#${told.number}: read by its number, because it was in no list when it should have been.`);
  return applied(`#${told.number}: read by its number, because two changes share a second.`);
}

/** Whether a list was read since something changed that is not mirrored: it may be gone, and only what tells of its end was lost. */
async function wasListed(
  { ctx, repository }: Arrival,
  facet: 'issues' | 'comments',
  updatedAt: Date,
): Promise<boolean> {
  const known = await selectFacet(ctx.sql, repository.id, facet);
  return [known?.watermark, known?.read_at].some((at) => at !== null && at !== undefined && at >= updatedAt);
}

async function issueGone(arrival: Arrival, { issue: told, why, movedTo }: Of<'issue_gone'>): Promise<Outcome> {
  if (!(await isMirrored(arrival, told.id)))
    return ignored(`#${told.number} is not linked, and only linked issues are mirrored.`);
  const { ctx, repository, how } = arrival;
  const isNews = await ctx.sql.transaction().execute(async (sql) => {
    // one that was never seen gets its tombstone too: what was told of it before may still be on its way
    const [result] = await applyIssues(sql, repository, [told], how);
    return result !== undefined && (await applyGone(sql, repository, result.id, { why, movedTo }, how));
  });
  return isNews ? applied(`#${told.number} was ${why}.`) : applied(`#${told.number} was known to be ${why}.`);
}

async function isMirrored({ ctx, connection, repository }: Arrival, githubId: number): Promise<boolean> {
  return repository.mirrors === 'all' || (await mirroredIds(ctx.sql, connection.id, [githubId])).has(githubId);
}

async function comment(arrival: Arrival, told: Of<'comment'>): Promise<Outcome> {
  const { ctx, repository, how } = arrival;
  const name = `A comment on #${told.comment.issueNumber}`;
  const result = await ctx.sql.transaction().execute(async (sql) => {
    const [merged] = await applyComments(sql, repository, [told.comment], how);
    if (!told.isGone) return merged;
    await markItemsGone(
      sql,
      COMMENTS,
      { keys: [told.comment.id] },
      { ...how, scopeId: repository.id, repositoryId: repository.id },
    );
    return undefined;
  });
  const isDoubtful = result?.merge === 'insert' && (await wasListed(arrival, 'comments', told.comment.updatedAt));
  if (result?.merge === 'refetch' || isDoubtful) await refetchComments(arrival, told.comment.issueNumber);
  // its issue counts one more or less, and changed with it
  if (told.issue !== null && !told.issue.isPullRequest) await issue(arrival, { tells: 'issue', issue: told.issue });
  if (told.isGone) return applied(`${name} was deleted.`);
  if (result === undefined) return ignored(`${name}: only comments on linked issues are mirrored.`);
  return settled(name, result.merge);
}

async function pull(arrival: Arrival, { pull: told, isReview }: Of<'pull'>): Promise<Outcome> {
  const { ctx, repository, how } = arrival;
  const [result] = await ctx.sql.transaction().execute(async (sql) => applyPulls(sql, repository, [told], how));
  if (result?.merge === 'refetch') await refetchPull(arrival, told.number);
  if (isReview) await dueDetailsByNumber(ctx.sql, repository.id, told.number, ctx.now());
  await markDirty(ctx.sql, repository.id, ['reviews'], ctx.now());
  return settled(`Pull request #${told.number}`, result?.merge);
}

function settled(name: string, merge: string | undefined): Outcome {
  switch (merge) {
    case 'insert':
      return applied(`${name} is new here.`);
    case 'apply':
      return applied(`${name} changed.`);
    case 'refetch':
      return applied(`${name}: read anew, because two changes share a second.`);
    default:
      return applied(`${name} is as it was, or newer than this tells.`);
  }
}

// Events of an organisation or an installation name no repository, or several: each checks for itself.
async function allRepositories(ctx: OutsideCtx, connection: GithubConnection, told: Told): Promise<Outcome> {
  if (told.tells !== 'facets') return ignored('The payload names no repository.');
  const app = provenApp(ctx.keyring, connection);
  // one connection of an installation is told for all that the tenant has there
  const connections = app === null ? [connection] : await connectionsAt(ctx, connection, app.installationId);
  for (const { id: connectionId } of connections)
    for (const { id } of await selectRepositories(ctx.sql, { connectionId }))
      await markDirty(ctx.sql, id, told.facets, ctx.now());
  return applied(`Read anew in all repositories: ${told.facets.join(', ')}.`);
}
