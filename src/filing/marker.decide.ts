import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Keyring } from '../lib/keyring.ts';

const PREFIX = 'tlm1';
const KINDS = { report: 'r', error: 'e' } as const;
const SIGNATURE_HEX = 24; // 96 bits
const TOKEN = new RegExp(`${PREFIX}([a-z])([0-9a-f]{32})([0-9a-f]{${SIGNATURE_HEX}})`, 'gu');

export type SourceKind = keyof typeof KINDS;

/** What a marker names: the source item that the issue stands for, and whose it is. */
export interface MarkerSource {
  kind: SourceKind;
  id: string;
  /** The tenant by its slug, which a rebuilt database gives it again. It is signed, not shown. */
  tenantSlug: string;
}

/**
 * The marker of a source item: one unbroken alphanumeric token (search engines split at hyphens), its id and a short HMAC,
 * so that text a user pastes cannot name another hub's, tenant's or item's issue. The same item always gives the same marker.
 */
export function makeMarker(keyring: Keyring, source: MarkerSource): string {
  const [key] = keyring.marker;
  if (key === undefined) throw new Error('SECRET_KEY is empty');
  return tokenOf(key, source);
}

/** The marker as it stands in an issue body: invisible on the page, the first line so that no truncation reaches it. */
export function markerComment(marker: string): string {
  return `<!-- throughline ${marker} -->`;
}

const COMMENT = /<!-- throughline ([a-z0-9]{1,100}) -->/gu;

/** Whether an issue body carries this very marker, as a whole HTML comment of ours. */
export function hasMarker(body: string, marker: string): boolean {
  return body.includes(markerComment(marker));
}

/** Whether an issue body carries anything that looks like a marker, whoever's. */
export function hasAnyMarker(body: string): boolean {
  return [...body.matchAll(COMMENT)].length > 0;
}

/**
 * The first genuine marker of a tenant in an issue body, or null. Only a whole HTML comment of ours counts, and only with a
 * signature by one of our keys for this tenant; forged and foreign ones are passed over.
 */
export function readMarker(
  keyring: Keyring,
  body: string,
  tenantSlug: string,
): (MarkerSource & { marker: string }) | null {
  for (const comment of body.matchAll(COMMENT)) {
    const marker = comment[1] ?? '';
    const source = verifyMarker(keyring, marker, tenantSlug);
    if (source !== null) return { ...source, marker };
  }
  return null;
}

/** What a marker token names, or null when none of our keys signed it for this tenant. */
export function verifyMarker(keyring: Keyring, marker: string, tenantSlug: string): MarkerSource | null {
  const match = [...marker.matchAll(TOKEN)][0];
  const kind = Object.entries(KINDS).find(([, letter]) => letter === match?.[1])?.[0] as SourceKind | undefined;
  const hex = match?.[2];
  if (match?.[0] !== marker || kind === undefined || hex === undefined) return null;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
  const source = { kind, id, tenantSlug };
  const signed = keyring.marker.some((key) => timingSafeEqual(Buffer.from(tokenOf(key, source)), Buffer.from(marker)));
  return signed ? source : null;
}

/** Takes every look-alike of a marker out of text that people wrote, so that it can never be read as one. */
export function removeMarkers(text: string): string {
  return text.replace(TOKEN, 'marker-removed');
}

function tokenOf(key: Buffer, source: MarkerSource): string {
  const named = `${PREFIX}${KINDS[source.kind]}${source.id.replaceAll('-', '').toLowerCase()}`;
  return (
    named + createHmac('sha256', key).update(`${named} ${source.tenantSlug}`).digest('hex').slice(0, SIGNATURE_HEX)
  );
}
