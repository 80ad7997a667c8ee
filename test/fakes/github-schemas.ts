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
  const validate = compiled.get(key) ?? ajv.compile({ ...schema, components: file.components });
  compiled.set(key, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
