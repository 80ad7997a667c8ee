/** The parts of an OpenAPI 3.1 document that the reference shows. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: Schema | boolean;
  format?: string;
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

interface Media {
  content?: Record<string, { schema?: Schema }>;
  description?: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Operation {
  method: string;
  path: string;
  summary: string;
  description: string | undefined;
  tag: string;
  parameters: Parameter[];
  body: Schema | null;
  answers: { status: string; description: string; schema: Schema | null }[];
}

interface RawOperation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Media;
  responses?: Record<string, Media>;
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** The document that the server makes from its own routes. */
export async function loadOpenApi(): Promise<OpenApi> {
  const response = await fetch('/openapi.json', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The API description could not be loaded (${response.status}).`);
  return (await response.json()) as OpenApi;
}

function schemaOf(media: Media | undefined): Schema | null {
  return Object.values(media?.content ?? {})[0]?.schema ?? null;
}

/** All operations, in the order of the document, by tag. */
export function operationsByTag(document: OpenApi): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, raw] of Object.entries(methods)) {
      const tag = raw.tags?.[0] ?? 'other';
      const operation: Operation = {
        method: method.toUpperCase(),
        path,
        summary: raw.summary ?? path,
        description: raw.description,
        tag,
        parameters: raw.parameters ?? [],
        body: schemaOf(raw.requestBody),
        answers: Object.entries(raw.responses ?? {}).map(([status, media]) => ({
          status,
          description: media.description ?? '',
          schema: schemaOf(media),
        })),
      };
      groups.set(tag, [...(groups.get(tag) ?? []), operation]);
    }
  }
  return groups;
}

/** Follows a reference within the document. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
}

/** The type of a schema in a few words: "string (uuid)", "array of integer", "low | medium". */
export function typeText(schema: Schema): string {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(' | ');
  if (schema.type === 'array') return `array of ${schema.items === undefined ? 'anything' : typeText(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything');
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

/** The object whose fields are shown below a schema: itself, an array's item, or the one object among choices. */
export function objectIn(document: OpenApi, schema: Schema): Schema | null {
  const found = resolve(document, schema);
  if (found.properties !== undefined) return found;
  if (found.items !== undefined) return objectIn(document, found.items);
  for (const choice of found.anyOf ?? found.oneOf ?? found.allOf ?? []) {
    const inner = objectIn(document, choice);
    if (inner !== null) return inner;
  }
  return null;
}
