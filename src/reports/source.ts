import { draftIssue } from '../filing/filing.ts';
import { insertReport, selectSource } from './reports.store.ts';
import type { AdoptedItem, Source, SourceItem } from '../filing/filing.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Reports, as filing knows them. */
export const REPORT_SOURCE: Source = {
  async read(sql, { sourceId, marker, bare }, connection, publicUrl) {
    const item = await readReport(sql, sourceId, publicUrl);
    return item === null ? null : () => draftIssue(item, connection, marker, bare);
  },
  adopt: adoptReport,
};

async function readReport(sql: Sql, id: string, publicUrl: string): Promise<SourceItem | null> {
  const row = await selectSource(sql, id);
  if (row === null) return null;
  return {
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

// Its text is what GitHub still has of it.
async function adoptReport(sql: Sql, item: AdoptedItem): Promise<void> {
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
