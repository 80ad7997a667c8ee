import type { SentryConnection, SentryConnectionChange } from '../../src/contract/sentry.ts';
import type { RouteInput } from '../../src/contract/routes.ts';

/** One row of the map of people. */
export interface PersonRow {
  /** Keeps a row the same row while it is typed in. */
  key: string;
  sentry: string;
  login: string;
}

/** The fields of the form; texts where a setting may be null. */
export interface SentryValues {
  name: string;
  base_url: string;
  organization: string;
  token: string;
  client_secret: string;
  ca_pem: string;
  insecure_tls: boolean;
  people: PersonRow[];
  enabled: boolean;
}

/** As the contract's defaults; copied, for the contract would bring zod along. */
export const NEW_SENTRY: SentryValues = {
  name: 'Sentry',
  base_url: 'https://sentry.io',
  organization: '',
  token: '',
  client_secret: '',
  ca_pem: '',
  insecure_tls: false,
  people: [],
  enabled: true,
};

/** The form's fields of a saved connection. Token and secret never come back: empty means unchanged. */
export function sentryValuesOf(connection: SentryConnection): SentryValues {
  const { name, base_url: baseUrl, organization, ca_pem: ca, insecure_tls: insecureTls, people, enabled } = connection;
  return {
    ...NEW_SENTRY,
    name,
    base_url: baseUrl,
    organization,
    ca_pem: ca ?? '',
    insecure_tls: insecureTls,
    people: Object.entries(people).map(([sentry, login]) => ({ key: sentry, sentry, login })),
    enabled,
  };
}

/** The map of people as the API takes it; rows that are not whole say nothing. */
export function peopleOf(rows: readonly PersonRow[]): Record<string, string> {
  const whole = rows
    .map(({ sentry, login }) => [sentry.trim(), login.trim().replace(/^@/u, '')] as const)
    .filter(([sentry, login]) => sentry !== '' && login !== '');
  return Object.fromEntries(whole);
}

function settingsOf(values: SentryValues) {
  return {
    name: values.name.trim(),
    base_url: values.base_url.trim(),
    organization: values.organization.trim(),
    ca_pem: values.ca_pem.trim() === '' ? null : values.ca_pem,
    insecure_tls: values.insecure_tls,
    people: peopleOf(values.people),
    enabled: values.enabled,
  };
}

/** A new connection as the API takes it. */
export function sentryDraftOf(values: SentryValues): RouteInput<'createSentryConnection'>['body'] {
  const secret = values.client_secret.trim();
  return {
    ...settingsOf(values),
    token: values.token.trim(),
    ...(secret === '' ? {} : { client_secret: secret }),
  };
}

/** What a test before saving sends. */
export function sentryTestOf(values: SentryValues): RouteInput<'testNewSentryConnection'>['body'] {
  const { base_url, organization, ca_pem, insecure_tls } = settingsOf(values);
  return { base_url, organization, ca_pem, insecure_tls, token: values.token.trim() };
}

/** Only what was changed: a connection of the environment refuses the rest, and the audit log stays readable. */
export function sentryChangeOf(before: SentryValues, after: SentryValues): SentryConnectionChange {
  const old: Record<string, unknown> = settingsOf(before);
  const changed = Object.entries(settingsOf(after)).filter(
    ([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value),
  );
  return {
    ...Object.fromEntries(changed),
    ...(after.token.trim() === '' ? {} : { token: after.token.trim() }),
    ...(after.client_secret.trim() === '' ? {} : { client_secret: after.client_secret.trim() }),
  };
}
