import type { Connection, ConnectionChange, ConnectionDraft } from '../../src/contract/connections.ts';
import type { RouteInput } from '../../src/contract/routes.ts';

/** The fields of the form; texts where a setting may be null. */
export interface ConnectionValues {
  name: string;
  base_url: string;
  repository: string;
  token: string;
  default_labels: string[];
  default_assignees: string[];
  milestone: number | '';
  issue_type: string;
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
  token: '',
  default_labels: [],
  default_assignees: [],
  milestone: '',
  issue_type: '',
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
  const { milestone, issue_type: type, title_template: title, body_template: body } = connection;
  const given = Object.keys(NEW_CONNECTION) as (keyof ConnectionValues)[];
  const same = Object.fromEntries(
    given.filter((key) => key in connection).map((key) => [key, connection[key as keyof Connection]]),
  );
  return {
    ...NEW_CONNECTION,
    ...same,
    milestone: milestone ?? '',
    issue_type: type ?? '',
    title_template: title ?? '',
    body_template: body ?? '',
  };
}

function settingsOf(values: ConnectionValues): ConnectionDraft {
  const orNull = (text: string) => (text.trim() === '' ? null : text);
  return {
    ...values,
    repository: values.repository.trim(),
    milestone: values.milestone === '' ? null : values.milestone,
    issue_type: orNull(values.issue_type),
    title_template: orNull(values.title_template),
    body_template: orNull(values.body_template),
  };
}

/** A new connection as the API takes it. */
export function draftOf(values: ConnectionValues): RouteInput<'createConnection'>['body'] {
  return settingsOf(values);
}

/** Only what was changed: a connection of the environment refuses the rest, and the audit log stays readable. */
export function changeOf(before: ConnectionValues, after: ConnectionValues): ConnectionChange {
  const settings = Object.entries(settingsOf(after)).filter(
    ([key]) =>
      JSON.stringify(before[key as keyof ConnectionValues]) !== JSON.stringify(after[key as keyof ConnectionValues]),
  );
  return Object.fromEntries(settings);
}
