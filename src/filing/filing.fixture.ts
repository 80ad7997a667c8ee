import { deriveKeyring } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { Filing, SourceItem } from './filing.model.ts';

/** Values for tests of this capability; each test names only what it is about. */
export const NOW = new Date('2026-11-21T10:00:00Z');
export const KEYRING = deriveKeyring([new Secret('a secret key of a test')]);
export const REPORT_ID = '0190c2a0-1111-7222-8333-444455556666';

export function aFiling(changes: Partial<Filing> = {}): Filing {
  return {
    id: '0190c2a0-0000-7000-8000-000000000001',
    tenantId: '0190c2a0-0000-7000-8000-00000000000a',
    sourceKind: 'report',
    sourceId: REPORT_ID,
    connectionId: '0190c2a0-0000-7000-8000-0000000000c1',
    state: 'pending',
    marker: 'tlm1r',
    attempts: 0,
    creates: 0,
    lookups: 0,
    numberBefore: null,
    sentAt: null,
    sentTitle: null,
    bare: false,
    derived: false,
    runAt: NOW,
    lockedBy: null,
    leaseUntil: null,
    failureKind: null,
    failureMessage: null,
    requestId: null,
    watchUntil: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  };
}

export function anItem(changes: Partial<SourceItem> = {}): SourceItem {
  return {
    id: REPORT_ID,
    tenant: { id: 't', slug: 'acme', name: 'Acme', titlePrefix: 'acme' },
    title: 'The export is empty',
    description: 'I pressed export and got nothing.',
    tags: ['export'],
    severity: 'high',
    conversation: null,
    context: { 'App version': '2.3.1' },
    reporter: { id: 'u1', email: 'ann@example.com', name: 'Ann' },
    url: 'https://hub.example/reports/1',
    createdAt: NOW,
    ...changes,
  };
}

export function aConnection(changes: Partial<GithubConnection> = {}): GithubConnection {
  return {
    id: '0190c2a0-0000-7000-8000-0000000000c1',
    tenantId: '0190c2a0-0000-7000-8000-00000000000a',
    name: 'GitHub',
    source: 'settings',
    baseUrl: 'https://api.github.com',
    apiVersion: '2022-11-28',
    credentialKind: 'token',
    credentialEncrypted: '',
    repository: 'acme/webshop',
    repositoryGiven: null,
    githubRepositoryId: 1,
    visibility: 'private',
    viewerLogin: 'hub-bot',
    viewerId: 7,
    canPush: true,
    defaultLabels: ['bug'],
    defaultAssignees: [],
    milestone: null,
    issueType: null,
    parentIssue: null,
    project: null,
    projectFields: {},
    titleTemplate: null,
    bodyTemplate: null,
    allowMentions: false,
    sendPersonalDataToPublic: false,
    importExternal: false,
    syncSchedule: '0 3 * * *',
    creationsPerHour: 140,
    webhookAllowUnsigned: false,
    enabled: true,
    pausedKind: null,
    pausedMessage: null,
    pausedRequestId: null,
    pausedAt: null,
    restUntil: null,
    restCount: 0,
    restMessage: null,
    numberKnown: 0,
    adoptedAt: NOW,
    adoptCursor: null,
    adoptWalk: 0,
    checkedAt: NOW,
    tokenExpiresAt: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  };
}

export function aFailure(failure: { kind: GithubFailure['kind'] } & Record<string, unknown>): GithubFailure {
  // the fields that a kind needs besides are given by the test
  return { message: 'GitHub said so', status: 500, requestId: 'ABCD:1', ...failure } as unknown as GithubFailure;
}
