import type { Connection, ConnectionChange, ConnectionDraft } from '../../src/contract/connections.ts';
import type { RouteInput } from '../../src/contract/routes.ts';

/** The fields of the form; texts where a setting may be null. */
export interface ConnectionValues {
  name: string;
  base_url: string;
  repository: string;
  credential: 'token' | 'app';
  token: string;
  app_id: string;
  private_key: string;
  installation_id: number | '';
  default_labels: string[];
  default_assignees: string[];
  milestone: number | '';
  issue_type: string;
  parent_issue: number | '';
  project: string;
  /** One a line, as “Status = To do”. */
  project_fields: string;
  title_template: string;
  body_template: string;
  allow_mentions: boolean;
  send_personal_data_to_public: boolean;
  import_external: boolean;
  sync_schedule: string;
  creations_per_hour: number;
  enabled: boolean;
}

/** As the contract's defaults; copied, for the contract would bring zod along. */
export const NEW_CONNECTION: ConnectionValues = {
  name: 'GitHub',
  base_url: 'https://api.github.com',
  repository: '',
  credential: 'token',
  token: '',
  app_id: '',
  private_key: '',
  installation_id: '',
  default_labels: [],
  default_assignees: [],
  milestone: '',
  issue_type: '',
  parent_issue: '',
  project: '',
  project_fields: '',
  title_template: '',
  body_template: '',
  allow_mentions: false,
  send_personal_data_to_public: false,
  import_external: false,
  sync_schedule: '0 3 * * *',
  creations_per_hour: 140,
  enabled: true,
};

/** The form's fields of a saved connection. The token never comes back: empty means unchanged. */
export function valuesOf(connection: Connection): ConnectionValues {
  const { milestone, issue_type: type, parent_issue: parent, project } = connection;
  const { title_template: title, body_template: body } = connection;
  const given = Object.keys(NEW_CONNECTION) as (keyof ConnectionValues)[];
  const same = Object.fromEntries(
    given.filter((key) => key in connection).map((key) => [key, connection[key as keyof Connection]]),
  );
  return {
    ...NEW_CONNECTION,
    ...same,
    app_id: connection.app?.app_id ?? '',
    installation_id: connection.app?.installation_id ?? '',
    milestone: milestone ?? '',
    issue_type: type ?? '',
    parent_issue: parent ?? '',
    project: project ?? '',
    project_fields: Object.entries(connection.project_fields)
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n'),
    title_template: title ?? '',
    body_template: body ?? '',
  };
}

function settingsOf(values: ConnectionValues): Omit<ConnectionDraft, 'token' | 'app'> {
  const orNull = (text: string) => (text.trim() === '' ? null : text);
  const { credential: _kind, token: _token, app_id: _app, private_key: _key, installation_id: _at, ...rest } = values;
  return {
    ...rest,
    repository: values.repository.trim(),
    milestone: values.milestone === '' ? null : values.milestone,
    issue_type: orNull(values.issue_type),
    parent_issue: values.parent_issue === '' ? null : values.parent_issue,
    project: orNull(values.project),
    project_fields: fieldsOf(values.project_fields),
    title_template: orNull(values.title_template),
    body_template: orNull(values.body_template),
  };
}

/** Why the lines of project fields cannot be read; null when they can. */
export function fieldsProblem(text: string): string | null {
  const wrong = linesOf(text).find((line) => !/^[^=]+=\s*\S/u.test(line));
  return wrong === undefined ? null : `Write “${wrong}” as a name, an equals sign and a value.`;
}

function fieldsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The credential as the API takes it. An App that was made here needs no private key. */
export function credentialOf(values: ConnectionValues): Pick<ConnectionDraft, 'token' | 'app'> {
  const { credential, token, app_id: appId, private_key: key, installation_id: installationId } = values;
  if (credential === 'token') return { token };
  const app = { app_id: appId.trim(), installation_id: installationId === '' ? 0 : installationId };
  return { app: { ...app, ...(key.trim() === '' ? {} : { private_key: key }) } };
}

/** A new connection as the API takes it. */
export function draftOf(values: ConnectionValues): RouteInput<'createConnection'>['body'] {
  return { ...settingsOf(values), ...credentialOf(values) };
}

/** Only what was changed: a connection of the environment refuses the rest, and the audit log stays readable. */
export function changeOf(before: ConnectionValues, after: ConnectionValues): ConnectionChange {
  const settings = Object.entries(settingsOf(after)).filter(
    ([key]) =>
      JSON.stringify(before[key as keyof ConnectionValues]) !== JSON.stringify(after[key as keyof ConnectionValues]),
  );
  const credential = CREDENTIAL_FIELDS.some((field) => before[field] !== after[field]) ? credentialOf(after) : {};
  return { ...Object.fromEntries(settings), ...credential };
}

const CREDENTIAL_FIELDS = ['credential', 'token', 'app_id', 'private_key', 'installation_id'] as const;

/** Whether the form holds a whole credential that is not saved yet. */
export function hasNewCredential({
  credential,
  token,
  app_id: appId,
  private_key: key,
  installation_id: id,
}: ConnectionValues): boolean {
  return credential === 'token' ? token.trim() !== '' : appId.trim() !== '' && id !== '' && key.trim() !== '';
}
