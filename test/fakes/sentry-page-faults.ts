import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryWorld } from '../../src/sandbox/sentry-world.model.ts';
import type { PageFaultKind, SentryFault } from './sentry-faults.ts';
import { happenAgain } from '../../src/sandbox/sentry-acts.ts';
import { inOrder, readCursor, scoreOf } from '../../src/sandbox/sentry-paging.ts';

const ROWS = 3;
/** Before every issue there is. */
const START = '9999999999999:0:0';

/** Lets a page of the list be odd as Sentry's are, without any issue being hidden from one who reads to the end. */
export function strikePage(
  world: SandboxSentryWorld,
  { do: kind, rows = ROWS }: SentryFault & { do: PageFaultKind },
  { request, handle }: { request: SandboxRequest; handle: (request: SandboxRequest) => SandboxAnswer },
): SandboxAnswer {
  switch (kind) {
    case 'short_page':
      return handle(withQuery(request, 'limit', String(rows)));
    case 'empty_page':
      return emptyPage(request, handle);
    case 'repeat_rows':
      return handle(withQuery(request, 'cursor', earlier(world, request, rows)));
    default: {
      const answer = handle(request);
      for (const issue of inOrder(world, 'date').slice(-rows)) happenAgain(world, issue);
      return answer;
    }
  }
}

/** No rows, and a cursor that leads to where this page would have begun: never the same text twice. */
function emptyPage(request: SandboxRequest, handle: (request: SandboxRequest) => SandboxAnswer): SandboxAnswer {
  const here = request.query.get('cursor') ?? '';
  const answer = handle(request);
  const cursor = `0${here === '' ? START : here}`;
  const link = (answer.headers?.['link'] ?? '').replace(
    /(?<=rel="next"; )results="\w+"; cursor="[^"]*"/u,
    `results="true"; cursor="${cursor}"`,
  );
  return { ...answer, body: [], headers: { ...answer.headers, link } };
}

/** A cursor some rows before the one asked for. */
function earlier(world: SandboxSentryWorld, request: SandboxRequest, rows: number): string {
  const here = request.query.get('cursor') ?? '';
  const cursor = readCursor(here);
  if (cursor === null || cursor === 'bad') return here;
  const order = inOrder(world, 'date');
  const at = order.findIndex((issue) => scoreOf(issue, 'date') <= cursor.value);
  const before = order[Math.max(0, at + cursor.offset - rows)];
  return before === undefined ? here : `${scoreOf(before, 'date')}:0:0`;
}

function withQuery(request: SandboxRequest, name: string, value: string): SandboxRequest {
  const query = new URLSearchParams(request.query);
  query.set(name, value);
  return { ...request, query };
}
