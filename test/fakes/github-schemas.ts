import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface SchemaFile {
  /** `METHOD /path/{template}` -> status -> schema, null where GitHub sends no JSON. */
  operations: Record<string, Record<string, object | null>>;
  components: Record<string, object>;
}

const files = ['github-schemas.json', 'github-app-schemas.json'].map(
  (name) => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as SchemaFile,
);
const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
formats.default(ajv);
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with an answer, measured by GitHub's own published description (version 2022-11-28, cut down to what the
 * sandbox answers). Empty when nothing is.
 */
export function answerFaults(operation: string, status: number, body: unknown): string[] {
  const file = files.find(({ operations }) => operations[operation] !== undefined);
  const answers = file?.operations[operation];
  if (file === undefined || answers === undefined) return [`GitHub describes no ${operation}`];
  const schema = answers[String(status)];
  if (schema === undefined) return [`GitHub describes no ${status} for ${operation}`];
  if (schema === null) return body === null || status >= 300 ? [] : [`${operation} ${status} has no content on GitHub`];
  const key = `${operation} ${status}`;
  return faultsBy(key, { ...schema, components: file.components }, body);
}

interface PayloadFile {
  /** `event-action`, or `event` alone for one without actions -> schema. */
  events: Record<string, object>;
  components: Record<string, object>;
}

let payloads: PayloadFile | null = null;

/** What is wrong with the payload of a webhook, measured by GitHub's description of it. Empty when nothing is. */
export function payloadFaults(event: string, action: string | null, payload: unknown): string[] {
  payloads ??= JSON.parse(
    readFileSync(new URL('./fixtures/github-webhook-schemas.json', import.meta.url), 'utf8'),
  ) as PayloadFile;
  const name = [event, ...(action === null ? [] : [action])].join('-').replaceAll('_', '-');
  const schema = payloads.events[name];
  if (schema === undefined) return [`GitHub describes no webhook ${name}`];
  return faultsBy(`webhook ${name}`, { ...schema, components: payloads.components }, payload);
}

function faultsBy(key: string, schema: object, value: unknown): string[] {
  const validate = compiled.get(key) ?? ajv.compile(schema);
  compiled.set(key, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
