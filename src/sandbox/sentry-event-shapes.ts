import { createHash } from 'node:crypto';
import type {
  SandboxSentryException,
  SandboxSentryIssue,
  SandboxSentryState,
  SentryOccasion,
} from './sentry-world.model.ts';
import { projectOf } from './sentry-state.ts';
import { releaseOf, sentryTime } from './sentry-shapes.ts';

/** One event of an issue as the API gives it, with everything personal that the hub must leave there. */
export function eventOf(state: SandboxSentryState, issue: SandboxSentryIssue, event: SentryOccasion): object {
  const at = issue.occasions.indexOf(event);
  return {
    id: event.id,
    eventID: event.id,
    groupID: issue.id,
    projectID: issue.projectId,
    projectSlug: projectOf(state, issue).slug,
    title: issue.title,
    message: issue.sample.message,
    location: issue.metadata['filename'] ?? null,
    culprit: issue.culprit,
    platform: issue.platform ?? 'other',
    type: issue.type,
    metadata: issue.metadata,
    size: 12_345,
    dateCreated: sentryTime(event.at),
    dateReceived: sentryTime(event.at),
    dist: null,
    release: releaseOf(event),
    tags: tagList(issue, event),
    user: userOf(event),
    contexts: { os: { name: 'Linux', type: 'os' }, browser: { name: 'Firefox', version: '145', type: 'browser' } },
    context: { cartId: 'c-9931' },
    sdk: { name: `sentry.${issue.platform ?? 'other'}`, version: '9.4.0' },
    packages: {},
    errors: [],
    entries: entriesOf(issue, event),
    occurrence: occurrenceOf(issue, event),
    _meta: {},
    userReport: null,
    sdkUpdates: [],
    crashFile: null,
    resolvedWith: [],
    fingerprints: [
      createHash('md5')
        .update(`${issue.title}${issue.culprit ?? ''}`)
        .digest('hex'),
    ],
    nextEventID: issue.occasions[at + 1]?.id ?? null,
    previousEventID: issue.occasions[at - 1]?.id ?? null,
  };
}

function tagList(issue: SandboxSentryIssue, { environment, release, user, tags }: SentryOccasion): object[] {
  const all: [string, string | null | undefined][] = [
    ['level', issue.level],
    ['environment', environment],
    ['release', release],
    ['user', user === null ? null : `id:${user.id}`],
    ['url', issue.sample.request?.url],
    ...Object.entries(tags),
  ];
  return all.filter(([, value]) => typeof value === 'string').map(([key, value]) => ({ key, value }));
}

function userOf({ user }: SentryOccasion): object | null {
  if (user === null) return null;
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    ip_address: user.ip,
    username: null,
    geo: null,
    data: null,
  };
}

function entriesOf(issue: SandboxSentryIssue, event: SentryOccasion): object[] {
  const { exceptions, message, request } = issue.sample;
  return [
    ...(exceptions.length === 0
      ? []
      : [{ type: 'exception', data: { values: exceptions.map(exceptionOf), hasSystemFrames: true } }]),
    ...(exceptions.length > 0 || message === '' ? [] : [{ type: 'message', data: { formatted: message } }]),
    ...(request === null
      ? []
      : [{ type: 'request', data: { ...request, headers: [['Cookie', '[Filtered]']], query: [] } }]),
    {
      type: 'breadcrumbs',
      data: {
        values: [
          { type: 'default', category: 'ui.click', level: 'info', message: 'button', timestamp: sentryTime(event.at) },
        ],
      },
    },
    { type: 'mystery', data: {} },
  ];
}

function exceptionOf({ type, value, handled, frames }: SandboxSentryException): object {
  const mechanism = handled === null ? null : { type: handled ? 'generic' : 'onerror', handled };
  const shown = frames.map((frame) => ({ ...frame, package: null, instructionAddr: null, vars: frame.vars ?? {} }));
  const stacktrace = frames.length === 0 ? null : { frames: shown, framesOmitted: null, hasSystemFrames: true };
  return { type, value, module: null, threadId: null, mechanism, stacktrace, rawStacktrace: null };
}

function occurrenceOf(issue: SandboxSentryIssue, event: SentryOccasion): object | null {
  const { occurrence } = issue.sample;
  if (occurrence === null) return null;
  return {
    id: event.id,
    projectId: Number(issue.projectId),
    eventId: event.id,
    fingerprint: [issue.id],
    issueTitle: issue.title,
    subtitle: occurrence.subtitle,
    resourceId: null,
    evidenceData: {},
    evidenceDisplay: occurrence.evidence,
    type: 1000,
    detectionTime: Date.parse(event.at) / 1000,
    level: issue.level,
    culprit: issue.culprit,
    assignee: null,
    priority: null,
  };
}
