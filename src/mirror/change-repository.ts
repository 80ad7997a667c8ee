import { Cron } from 'croner';

import { HttpProblem, invalidField } from '../lib/problem.ts';
import { publish } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { saveFacet, updateRepository } from './repositories.store.ts';
import type { Ctx } from '../db/db.model.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { RepositoryChange } from '../contract/mirror.ts';

/** Changes the schedule of a repository, pauses or resumes it. Throws a 400 that names a wrong schedule. */
export async function changeRepository(
  ctx: Ctx,
  principal: Principal,
  repository: MirroredRepository,
  change: RepositoryChange,
): Promise<MirroredRepository> {
  const { sync_schedule, paused, comments_of } = change;
  if (sync_schedule !== undefined) checkSchedule(repository, sync_schedule);
  const now = ctx.now();
  return ctx.sql.transaction().execute(async (sql) => {
    const changed = await updateRepository(sql, repository.id, {
      ...(sync_schedule === undefined ? {} : { sync_schedule, sync_due_at: null }),
      ...(comments_of === undefined ? {} : { comments_of }),
      ...(paused === undefined ? {} : { paused_at: paused ? (repository.paused_at ?? now) : null }),
    });
    // from the beginning: what was left out until now is older than the watermark
    if (comments_of === 'all' && repository.comments_of === 'linked')
      await saveFacet(sql, repository.id, 'comments', { watermark: null, pages: '[]' });
    await recordAudit(sql, principal, {
      action: 'repository.updated',
      subject: `repository:${repository.id}`,
      before: {
        sync_schedule: repository.sync_schedule,
        comments_of: repository.comments_of,
        paused: repository.paused_at !== null,
      },
      after: change,
      tenantId: repository.tenant_id,
    });
    await publish(sql, { kind: 'connection', id: repository.connection_id, tenantId: repository.tenant_id });
    return changed;
  });
}

function checkSchedule(repository: MirroredRepository, schedule: string): void {
  if (repository.mirrors === 'linked')
    throw new HttpProblem(409, 'Only linked issues are mirrored: they follow the schedule of the connection.');
  if (!isSchedule(schedule))
    throw invalidField('sync_schedule', 'Write a cron expression of five fields, as in "0 * * * *" for every hour.');
}

function isSchedule(expression: string): boolean {
  try {
    return new Cron(expression, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
