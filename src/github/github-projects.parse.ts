import { z } from 'zod';
import { parseEach } from './github-pieces.parse.ts';
import type { GithubProject } from './github-projects.model.ts';

const iterations = z
  .array(z.object({ id: z.string(), title: z.string() }))
  .catch([])
  .transform((list) => list.map(({ id, title }) => ({ id, name: title })));

const fieldSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    dataType: z.string(),
    options: z.array(z.object({ id: z.string(), name: z.string() })).catch([]),
    configuration: z.object({ iterations, completedIterations: iterations }).nullish().catch(null),
  })
  .transform(({ id, name, dataType, options, configuration }) => ({
    id,
    name,
    type: dataType,
    choices: [...options, ...(configuration?.iterations ?? []), ...(configuration?.completedIterations ?? [])],
  }));

const projectSchema = z.object({
  owner: z.object({
    projectV2: z.object({
      id: z.string(),
      title: z.string().catch(''),
      closed: z.boolean().catch(false),
      viewerCanUpdate: z.boolean().catch(true),
      fields: z.object({ nodes: z.array(z.unknown()).catch([]) }).catch({ nodes: [] }),
    }),
  }),
});

/** A project of `data`, asked for as `owner { projectV2 }`; null when there is none in it. */
export function parseProject(data: unknown): GithubProject | null {
  const parsed = projectSchema.safeParse(data);
  if (!parsed.success) return null;
  const { id, title, closed, viewerCanUpdate: canUpdate, fields } = parsed.data.owner.projectV2;
  return { id, title, closed, canUpdate, fields: parseEach(fields.nodes, fieldSchema) };
}

const addedSchema = z.object({ added: z.object({ item: z.object({ id: z.string() }) }) });

/** The id of the item that was added, or was there. */
export function parseAdded(data: unknown): string | null {
  return addedSchema.safeParse(data).data?.added.item.id ?? null;
}
