import { MINUTE_MS } from '../../lib/clock.ts';

/** Which acts are meant, in words. */
export function scopeWords({
  rule,
  connection,
  since,
  until,
  now,
}: {
  rule: string | null;
  connection: string | null;
  since: Date | null;
  until: Date;
  now: Date;
}): string {
  const through = rule !== null ? ` through the rule “${rule}”` : connection === null ? '' : ` for “${connection}”`;
  const isOver = now.getTime() - until.getTime() > MINUTE_MS;
  const span = [
    ...(since === null ? [] : [`from ${instantWords(since)}`]),
    ...(isOver || since === null ? [`up to ${instantWords(until)}`] : ['on']),
  ];
  return `What was written${through} ${span.join(' ')}`;
}

function instantWords(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
