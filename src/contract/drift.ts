import { z } from 'zod';

const At = z.iso.datetime();

export const AUDITS = ['full', 'sample'] as const;
const Audit = z.object({
  audit: z
    .enum(AUDITS)
    .describe('full: everything was compared; sample: items drawn at random, which cannot show what is missing.'),
  at: At,
  compared: z.int().describe('Items that were looked at.'),
  found: z.int().describe('Of these wrong; each was repaired at once.'),
});

/** How true the mirror is (SPEC T3). */
export const Drift = z.object({
  found: z
    .int()
    .describe(
      'Wrong at the newest audit of each repository, in full or by sample. The one number is found / compared.',
    ),
  compared: z.int().describe('Items that these audits looked at.'),
  wrong: z.int().describe('Items that were found wrong and are not repaired yet.'),
  repositories: z.array(
    z.object({
      repository: z.string(),
      audits: z.array(Audit).describe('The newest of each kind, newest first; empty: not audited yet.'),
      wrong: z.int().describe('Found wrong and not repaired yet.'),
    }),
  ),
  /** Newest first, at most 200. */
  findings: z.array(
    z.object({
      id: z.int(),
      repository: z.string(),
      audit: z.enum(AUDITS).describe('What found it.'),
      item_kind: z.string(),
      item: z.string(),
      field: z.string(),
      mirrored: z.unknown(),
      github: z.unknown(),
      found_at: At,
      repaired_at: At.nullable(),
    }),
  ),
});
export type Drift = z.infer<typeof Drift>;
