import { abilitiesOf, ask, askIssue, type Door, placeOf, refusedHere } from './sentry-door.ts';
import { parseIssue } from './sentry-issue.parse.ts';
import type { Abilities, Sentry, SentryChange, SentryIssue, SentryResult } from './sentry.model.ts';

/** All that changes something at Sentry. */
export function issueWrites(door: Door): Pick<Sentry, 'change' | 'link'> {
  return {
    change: (id, change) => changeIssue(door, id, change),
    link: (id, to) => link(door, id, to),
  };
}

async function changeIssue(door: Door, id: string, change: SentryChange): Promise<SentryResult<SentryIssue | null>> {
  const known = await abilitiesOf(door);
  if (!known.ok) return known;
  const body = changeBody(known.value, change);
  if (Object.keys(body).length === 0)
    return refusedHere({ kind: 'invalid', field: null, message: STATUS_ONLY, status: null });
  const result = await askIssue(door, id, { operation: 'change', method: 'PUT', body }, (answer) => ({
    issue: parseIssue(answer.body, placeOf(door)),
  }));
  const requests = known.requests + result.requests;
  return result.ok ? { ...result, value: result.value.issue, requests } : { ...result, requests };
}

const STATUS_ONLY = 'GlitchTip knows only resolved, unresolved and ignored: nothing else can be set there.';

/** Only what changes, in the words this server knows (facts 6 and 12). */
function changeBody({ product, hasSubstatus }: Abilities, { status, substatus, assignedTo }: SentryChange): object {
  if (product === 'glitchtip')
    return status === undefined ? {} : { status: status === 'resolvedInNextRelease' ? 'resolved' : status };
  return {
    ...(status !== undefined && { status }),
    ...(substatus !== undefined && hasSubstatus && { substatus }),
    ...(assignedTo !== undefined && { assignedTo }),
  };
}

async function link(
  door: Door,
  id: string,
  to: { url: string; repository: string; number: number },
): Promise<SentryResult<null>> {
  const known = await abilitiesOf(door);
  if (!known.ok) return known;
  const { installation } = known.value;
  if (installation === null)
    return refusedHere({ kind: 'invalid', field: null, message: NO_INSTALLATION, status: null });
  const segments = ['sentry-app-installations', installation, 'external-issues'];
  const body = { issueId: Number(id), webUrl: to.url, project: to.repository, identifier: String(to.number) };
  const result = await ask(door, { operation: 'link', method: 'POST', segments, body }, () => ({ done: true }));
  return result.ok ? { ...result, value: null } : result;
}

const NO_INSTALLATION =
  'Sentry shows links on its issues only for the token of an internal integration, with event:write. The issue on GitHub links to Sentry all the same.';
