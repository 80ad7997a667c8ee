import type { SourceKind } from './marker.decide.ts';

/** The states of a placement; the same list is the column's check. */
export const PLACEMENT_STATES = ['pending', 'done', 'failed'] as const;

/** Below a parent issue, or onto a project. */
export type PlacementKind = 'parent' | 'project';

/** A placement that this process took, with what is known of its issue. */
export interface Placement {
  id: string;
  filingId: string;
  kind: PlacementKind;
  target: string;
  fields: Record<string, string>;
  attemptId: number;
  /** This one included. */
  attempts: number;
  connectionId: string;
  tenantId: string;
  sourceKind: SourceKind;
  sourceId: string;
  issue: { githubId: number; nodeId: string; number: number; repositoryId: number; repository: string };
}
