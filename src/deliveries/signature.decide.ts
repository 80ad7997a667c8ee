import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the secrets signed these bytes: `header` is X-Hub-Signature-256 (`sha256=` and 64 hexadecimal digits). Takes as
 * long for a wrong signature as for a right one. The old sha1 header is not looked at.
 */
export function isSigned(body: Buffer, secrets: readonly string[], header: string | undefined): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/iu.exec(header ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  const matches = secrets.map((secret) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given));
  return matches.includes(true);
}
