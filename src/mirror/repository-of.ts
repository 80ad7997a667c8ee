import { notFound } from '../lib/problem.ts';
import { repositoryByName } from './repositories.store.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import type { Ctx } from '../db/db.model.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/** The caller's repository of that name, also one it had before. Throws 404, the same for another tenant's. */
export async function repositoryOf(
  ctx: Ctx,
  principal: Principal,
  { owner, name }: { owner: string; name: string },
): Promise<MirroredRepository> {
  const tenantId = await requireTenantId(ctx.sql, principal);
  const repository = await repositoryByName(ctx.sql, tenantId, `${owner}/${name}`);
  if (repository === null) throw notFound('repository');
  return repository;
}
