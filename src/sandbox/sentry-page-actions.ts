import { randomInt } from 'node:crypto';
import type { SandboxSentryIssue, SandboxSentryWorld } from './sentry-world.model.ts';
import type { SentryPageCall } from './sentry-pages.ts';
import { happenAgain } from './sentry-acts.ts';
import { addNote, assign, mergeIssues, recreate, removeIssue, setPriority, setStatus } from './sentry-issue-acts.ts';
import { livingIssue, projectOf } from './sentry-state.ts';

const PEOPLE_IN_THE_WORLD = 10_000;

/** Does what a form of the issue's page asks for; the id of the issue to look at then. */
export function actOnSentryIssue({ house, request, actor }: SentryPageCall, issue: SandboxSentryIssue): string {
  const { world } = house;
  const form = new URLSearchParams(request.text);
  const value = (name: string): string => form.get(name) ?? '';
  if (issue.deleted) return value('do') === 'happen' ? recreate(world, issue).id : issue.id;
  switch (value('do')) {
    case 'happen':
      happen(world, issue, Number(value('times')));
      break;
    case 'resolve':
      setStatus(world, issue, { status: 'resolved' }, actor);
      break;
    case 'resolve_in_next_release':
      setStatus(world, issue, { status: 'resolved', statusDetails: { inNextRelease: true } }, actor);
      break;
    case 'unresolve':
      setStatus(world, issue, { status: 'unresolved' }, actor);
      break;
    case 'archive':
      setStatus(world, issue, { status: 'ignored' }, actor);
      break;
    case 'archive_forever':
      setStatus(world, issue, { status: 'ignored', substatus: 'archived_forever' }, actor);
      break;
    case 'release':
      release(world, issue);
      break;
    case 'assign':
      assign(world, issue, value('to'), actor);
      break;
    case 'priority':
      setPriority(world, issue, priorityOf(value('priority')), actor);
      break;
    case 'merge': {
      const other = livingIssue(world.state, value('other'));
      if (other !== null && other !== issue) return mergeIssues(world, [issue, other], actor).parent.id;
      break;
    }
    case 'note':
      if (value('text').trim() !== '') addNote(world, issue, value('text'), actor);
      break;
    case 'delete':
      removeIssue(world, issue);
      break;
    default:
  }
  return issue.id;
}

function happen(world: SandboxSentryWorld, issue: SandboxSentryIssue, times: number): void {
  const count = Math.min(Math.max(1, Math.floor(times) || 1), 100);
  for (let more = 0; more < count; more += 1) {
    const id = String(randomInt(PEOPLE_IN_THE_WORLD));
    happenAgain(world, issue, {
      user: { id, email: `customer${id}@example.org`, name: `Customer ${id}`, ip: '203.0.113.9' },
    });
  }
}

/** The project gets a new version, in which what was resolved in the next release counts as fixed. */
function release(world: SandboxSentryWorld, issue: SandboxSentryIssue): void {
  const { releases, slug } = projectOf(world.state, issue);
  const [, major = '1', minor = '0'] = /(?<major>\d+)\.(?<minor>\d+)/u.exec(releases.at(-1) ?? '') ?? [];
  releases.push(`${slug}@${major}.${Number(minor) + 1}.0`);
  world.touched();
}

function priorityOf(text: string): 'high' | 'medium' | 'low' {
  return text === 'high' || text === 'low' ? text : 'medium';
}
