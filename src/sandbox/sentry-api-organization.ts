import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxSentryProject, SandboxSentryState, SentryApp } from './sentry-world.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { atIssue } from './sentry-api-issue.ts';
import { json, notThere, numberIn, onIssue, said } from './sentry-call.ts';
import { linkHeader, pageByOffset, readCursor } from './sentry-paging.ts';
import { tagsOf } from './sentry-query-match.ts';
import { personOf, sentryTime } from './sentry-shapes.ts';
import { findProject } from './sentry-state.ts';

/** `api/0/`: what the token is. */
export function getRoot({ token, actor }: SentryCall): SandboxAnswer {
  const user = actor.kind === 'person' ? personOf(actor.person) : actor.kind === 'app' ? proxyUserOf(actor.app) : null;
  return json({ version: '0', auth: { scopes: token.scopes }, user });
}

/** Sentry makes a user for each integration, named after it. */
function proxyUserOf({ number, slug, name, uuid }: SentryApp): object {
  return personOf({ id: String(number), name, username: `${slug}-${uuid}`, email: `${number}@proxy-user.sentry.io` });
}

export function listOrganizations(call: SentryCall): SandboxAnswer {
  return json([organizationOf(call)]);
}

export function getOrganization(call: SentryCall): SandboxAnswer {
  return json({ ...organizationOf(call), features: [], access: call.token.scopes, isDefault: false, quota: null });
}

function organizationOf({ world, web }: SentryCall): object {
  const { id, slug, name, createdAt } = world.state.organization;
  return {
    id,
    slug,
    name,
    status: { id: 'active', name: 'active' },
    dateCreated: sentryTime(createdAt),
    avatar: { avatarType: 'letter_avatar', avatarUuid: null, avatarUrl: null },
    links: { organizationUrl: web, regionUrl: web },
    isEarlyAdopter: false,
    require2FA: false,
    hasAuthProvider: false,
    allowMemberInvite: true,
    allowMemberProjectCreation: true,
    allowSuperuserAccess: false,
  };
}

export function listProjects(call: SentryCall): SandboxAnswer {
  const { world, web, path, query } = call;
  const cursor = readCursor(query.get('cursor'));
  if (cursor === 'bad') return said(400, 'Invalid cursor parameter.');
  const limit = numberIn(query, 'per_page', 100);
  const { rows, next } = pageByOffset(world.state.projects, cursor, limit);
  const link = linkHeader(`${web}/api/0${path}`, query, { hasPrevious: cursor !== null, next, limit });
  return json(
    rows.map((project) => projectFull(world.state, project)),
    200,
    { link },
  );
}

export function getProject({ world, params }: SentryCall): SandboxAnswer {
  const project = findProject(world.state, params[1] ?? '');
  return project === null ? notThere() : json(projectFull(world.state, project));
}

const FEATURES =
  'hasAccess hasFeedbacks hasFlags hasMinifiedStackTrace hasMonitors hasNewFeedbacks hasProfiles hasReplays hasSessions hasInsightsHttp hasInsightsDb hasInsightsAssets hasInsightsAppStart hasInsightsScreenLoad hasInsightsVitals hasInsightsCaches hasInsightsQueues hasInsightsAgentMonitoring hasInsightsMCP hasLogs hasTraceMetrics hasUserReports firstTransactionEvent isBookmarked'.split(
    ' ',
  );

function projectFull(state: SandboxSentryState, project: SandboxSentryProject): object {
  const teams = state.teams
    .filter(({ id }) => project.teams.includes(id))
    .map(({ id, slug, name }) => ({ id, slug, name }));
  const latest = project.releases.at(-1);
  return {
    ...Object.fromEntries(FEATURES.map((name) => [name, name === 'hasAccess'])),
    id: project.id,
    slug: project.slug,
    name: project.name,
    platform: project.platform,
    platforms: project.platform === null ? [] : [project.platform.split('-')[0] ?? ''],
    dateCreated: sentryTime(project.createdAt),
    firstEvent: sentryTime(project.createdAt),
    isMember: true,
    access: [],
    features: [],
    team: teams[0] ?? null,
    teams,
    environments: project.environments,
    latestRelease: latest === undefined ? null : { version: latest },
  };
}

export function listEnvironments({ world }: SentryCall): SandboxAnswer {
  const names = [...new Set(world.state.projects.flatMap(({ environments }) => environments))];
  return json(names.map((name, at) => ({ id: String(at + 1), name })));
}

/** The values of one tag of an issue, by how often they were seen. */
export function getTag(call: SentryCall): SandboxAnswer {
  const at = atIssue(call);
  return onIssue(at, (_, issue) => {
    const key = call.params[at + 1] ?? '';
    const values = tagsOf(issue, key);
    if (values.length === 0) return notThere();
    const [firstSeen, lastSeen] = [sentryTime(issue.firstSeen), sentryTime(issue.lastSeen)];
    const topValues = [...new Set(values)]
      .map((value) => ({
        key,
        name: value,
        value,
        count: values.filter((one) => one === value).length,
        firstSeen,
        lastSeen,
      }))
      .sort((a, b) => b.count - a.count);
    return json({ key, name: key, uniqueValues: topValues.length, totalValues: values.length, topValues });
  })(call);
}
