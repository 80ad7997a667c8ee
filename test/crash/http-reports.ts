import { ADMIN_KEY } from './processes.ts';
import type { Cell, Place } from './cell.ts';
import type { Victim } from './processes.ts';

/**
 * Sends a report as a host app does: under an Idempotency-Key, again and again until somebody acknowledges it, whichever process
 * that is. Returns its id, or null when `server` died or answered with a fault of its own: then the report may or may not be kept.
 */
export async function postReport(
  cell: Cell,
  server: Victim,
  place: Place,
  report: { title: string; key: string },
): Promise<string | null> {
  const answer = await ask(server, place, report);
  if (answer === null || answer.status >= 500) return null;
  const text = await answer.text().catch(() => null);
  if (text === null) return null;
  if (answer.status !== 201) throw new Error(`the hub answered ${answer.status}: ${text}`);
  const { id } = JSON.parse(text) as { id: string };
  cell.accepted.add(id);
  return id;
}

async function ask(server: Victim, place: Place, report: { title: string; key: string }): Promise<Response | null> {
  try {
    return await fetch(`${server.url}/api/v1/reports`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': report.key,
        'x-tenant': place.slug,
        prefer: 'wait=0',
        connection: 'close',
      },
      body: JSON.stringify({ title: report.title, description: 'Sent by a host app that does not give up.' }),
      signal: AbortSignal.timeout(10_000),
    });
  } catch {
    return null;
  }
}
