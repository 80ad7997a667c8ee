/** A connection as far as spreading an App's deliveries goes; `key` names the App that it proves to be. */
export interface FamilyMember {
  id: string;
  tenantId: string;
  app: { key: string; installationId: number } | null;
}

/** All connections of the same App, whatever their tenant, by the id of each; the order stays. Without an App each is alone. */
export function familiesOf<M extends FamilyMember>(members: readonly M[]): Map<string, M[]> {
  const byKey = new Map<string, M[]>();
  for (const member of members) {
    if (member.app === null) continue;
    byKey.set(member.app.key, [...(byKey.get(member.app.key) ?? []), member]);
  }
  return new Map(members.map((member) => [member.id, byKey.get(member.app?.key ?? '') ?? [member]]));
}

/**
 * Who keeps a delivery that the App's one webhook brought: of each tenant the first connection with the installation that it
 * names. Applying spreads it to all repositories of that tenant, so two rows would be the same work twice. Nobody: the App is
 * installed somewhere that no connection here uses, and what happens there is not kept, but for `installation` itself: whoever
 * runs the App should see that somebody installed it. What names no installation stays where it came.
 */
export function keepersOf<M extends FamilyMember>(
  family: readonly M[],
  { event, installationId }: { event: string; installationId: number | null },
  cameTo: M,
): M[] {
  if (cameTo.app === null || installationId === null) return [cameTo];
  const using = family.filter(({ app }) => app?.installationId === installationId);
  if (using.length === 0) return event === 'installation' ? [cameTo] : [];
  return [...new Map(using.toReversed().map((member) => [member.tenantId, member])).values()].toReversed();
}

/** Those of the keepers whose tenant has the delivery with none of its connections yet. */
export function lackingOf<M extends FamilyMember>(
  keepers: readonly M[],
  family: readonly M[],
  holders: ReadonlySet<string>,
): M[] {
  const served = new Set(family.filter(({ id }) => holders.has(id)).map(({ tenantId }) => tenantId));
  return keepers.filter(({ tenantId }) => !served.has(tenantId));
}
