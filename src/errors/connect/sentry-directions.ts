import { reflectionHealth, ruleHealth, sentryHealth } from './sentry-health.decide.ts';
import { reflectionCounts, ruleCounts } from './sentry-counts.store.ts';
import { selectRules } from '../rules/rules.store.ts';
import { selectSentryConnections } from './sentry-connections.store.ts';
import type { Ctx } from '../../db/db.model.ts';
import type { Health } from '../../contract/connections.ts';

type Direction = Health['directions'][number];

/** Each Sentry connection's directions in one word (SPEC T2): being read, each rule, and both sides kept in step. */
export async function sentryDirections({ sql, now }: Ctx, tenantId: string | null): Promise<Direction[]> {
  const at = now();
  const directions: Direction[] = [];
  const rules = await selectRules(sql, { tenantId });
  const counted = await ruleCounts(
    sql,
    rules.map(({ id }) => id),
  );
  for (const connection of await selectSentryConnections(sql, tenantId)) {
    const name = `Sentry ${connection.organization}`;
    const own = { connection_id: connection.id, direction: 'errors' as const };
    directions.push({ ...own, name: `${name} → here`, ...sentryHealth(connection, at) });
    for (const rule of rules.filter(({ sentryConnectionId }) => sentryConnectionId === connection.id)) {
      const { last, counts } = counted.get(rule.id) ?? { last: null, counts: { waiting: 0 } };
      const word = ruleHealth(rule, connection, last, counts.waiting, at);
      directions.push({ ...own, name: `${name}: ${rule.name}`, ...word });
    }
    const counts = await reflectionCounts(sql, connection.id);
    directions.push({ ...own, name: `${name} ↔ GitHub`, ...reflectionHealth(connection, counts, at) });
  }
  return directions;
}
