import { insertReport, selectSource } from './reports.store.ts';
import type { AdoptedItem, SourceItem } from '../filing/filing.model.ts';
import type { Sql } from '../db/db.model.ts';

/** How filing reads a report, with the address of its full text. */
export async function readReport(sql: Sql, id: string, publicUrl: string): Promise<SourceItem | null> {
  const row = await selectSource(sql, id);
  if (row === null) return null;
  return {
    kind: 'report',
    id: row.id,
    tenant: { id: row.tenant_id, slug: row.slug, name: row.tenant_name, titlePrefix: row.title_prefix },
    title: row.title,
    description: row.description,
    tags: row.tags,
    severity: row.severity,
    conversation: row.conversation,
    context: row.context,
    reporter:
      row.reporter_kind === 'adopted'
        ? null
        : { id: row.reporter_id, email: row.reporter_email, name: row.reporter_name },
    url: `${publicUrl}/reports/${row.id}`,
    createdAt: row.created_at,
  };
}

/** Makes the report that an issue found by its marker stands for; its text is what GitHub still has of it. */
export async function adoptReport(sql: Sql, item: AdoptedItem): Promise<void> {
  await insertReport(sql, {
    id: item.id,
    tenant_id: item.tenantId,
    reporter_kind: 'adopted',
    reporter_id: 'adopted',
    title: item.title,
    description: item.body.replaceAll(/<!--[\s\S]*?-->\n?/gu, '').trim(),
    created_at: item.createdAt,
    updated_at: item.createdAt,
  });
}
