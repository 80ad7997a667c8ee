import { z } from 'zod';

import { pageOf, PageQuery } from './common.ts';

const At = z.iso.datetime();

/** Which acts of the hub are meant; all that is given must hold. */
export const UndoRequest = z
  .strictObject({
    rule: z.uuid().optional().describe('Errors that this rule filed.'),
    run: z
      .uuid()
      .optional()
      .describe('What was done from the start of this run of a rule, or re-reading, to the next.'),
    since: At.optional().describe('Done at this time or later.'),
    until: At.optional().describe('Done at this time or earlier; now, when it is not given.'),
  })
  .refine(({ rule, run, since }) => rule !== undefined || run !== undefined || since !== undefined, {
    message: 'Say what is meant: a rule, a run, or since when.',
    path: ['since'],
  });
export type UndoRequest = z.infer<typeof UndoRequest>;

export const UNDO_STATES = ['waiting', 'done', 'left', 'failed', 'stopped'] as const;
/** One thing of one error that is set back by one write. */
export const UndoItem = z.object({
  id: z.uuid().describe('Of the item; in a preview, of the last of its acts.'),
  error: z.object({
    id: z.uuid().nullable().describe('Of its Sentry issue here; null when that is gone.'),
    title: z.string(),
    github: z.object({ repository: z.string(), number: z.int(), url: z.string() }).nullable(),
  }),
  side: z.enum(['github', 'sentry']),
  what: z.string().describe('Which thing: “State on GitHub”.'),
  stood: z.string().describe('How it stands, or stood when the undo began.'),
  sets: z.string().describe('What is set, as it was before.'),
  acts: z.int().describe('How many acts of the hub this takes back.'),
  state: z
    .enum(UNDO_STATES)
    .describe('waiting: will be taken back; left: cannot be any more; stopped: its turn had not come.'),
  why: z.string().nullable(),
  at: At.nullable().describe('When it was done; before that, when the last of its acts was.'),
});
export type UndoItem = z.infer<typeof UndoItem>;

const counts = {
  waiting: z.int(),
  left: z.int().describe('Changed since by somebody else, or gone: left alone.'),
  told: z.int().describe('Acts that only told something: comments, links, numbers. They stay.'),
};
export const UndoPreview = z.object({
  words: z.string().describe('What is meant, as a sentence.'),
  until: At.describe('Send this with the same request to take back what is shown, and nothing later.'),
  totals: z.object({ ...counts, acts: z.int() }),
  items: z.array(UndoItem).describe('At most 1,000, the latest first.'),
  complete: z.boolean().describe('False: there are more items than are shown.'),
});
export type UndoPreview = z.infer<typeof UndoPreview>;

export const UndoRun = z.object({
  id: z.uuid(),
  words: z.string(),
  by: z.string().describe('Who wants it.'),
  state: z.enum(['running', 'done', 'stopped']),
  created_at: At,
  finished_at: At.nullable(),
  totals: z.object({ ...counts, done: z.int(), failed: z.int(), stopped: z.int() }),
});
export type UndoRun = z.infer<typeof UndoRun>;
export const UndoItemsQuery = z.object({ ...PageQuery, state: z.enum(UNDO_STATES).optional() });
export const UndoItemPage = pageOf(UndoItem);
