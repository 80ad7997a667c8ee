import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { SandboxSentryIssue, SentryActor } from './sentry-world.model.ts';
import type { PageFrame } from './sandbox-document.ts';
import type { Html } from './sandbox-html.ts';
import type { SentryHouse } from './sentry-api.ts';
import { isFromHere } from './sandbox-document.ts';
import { html } from './sandbox-html.ts';
import { instant, seeOther } from './sandbox-page-frame.ts';
import { addIssue } from './sentry-acts.ts';
import { sentryIssuePage } from './sentry-issue-page.ts';
import { actOnSentryIssue } from './sentry-page-actions.ts';
import { linksOf, sentryPage, statusBadge } from './sentry-page-frame.ts';
import { inOrder } from './sentry-paging.ts';
import { isFound, isShownAs } from './sentry-query-match.ts';
import { parseQuery } from './sentry-query.ts';
import { SURPRISES } from './sentry-seed-issues.ts';
import { settingsPage, setWebhook } from './sentry-settings-page.ts';
import { issueOf, livingIssue, projectOf, shortIdOf } from './sentry-state.ts';

const ACTOR_COOKIE = 'sentry_actor';
const ISSUES_SHOWN_MAX = 200;
const QUERY_DEFAULT = 'is:unresolved';

export interface SentryPageCall {
  house: SentryHouse;
  request: SandboxRequest;
  actor: SentryActor;
}

/** Answers the plain pages: the list of issues, one issue, the integration, and their forms. */
export function answerSentryPage(house: SentryHouse, request: SandboxRequest): SandboxAnswer {
  const call: SentryPageCall = { house, request, actor: actorOf(house, request) };
  const isPost = request.method === 'POST';
  if (isPost && !isFromHere(house.web, request)) return refused(call);
  const parts = request.path.split('/').filter((part) => part !== '');
  const [first = '', , , id = ''] = parts;
  if (first === 'actor' && isPost) return switchActor(request);
  if (first === 'settings')
    return isPost ? setWebhook(call) : sentryPage(frameOf(call, 'Integration'), settingsPage(call));
  if (first === '' || (parts.length === 3 && parts[2] === 'issues'))
    return isPost ? somethingBreaks(call) : listPage(call);
  const issue = parts[2] === 'issues' ? issueOf(house.world.state, id) : null;
  return issue === null ? missing(call) : answerIssue(call, issue);
}

/** The head of a page: who looks and where. */
export function frameOf({ house, request, actor }: SentryPageCall, title: string): PageFrame {
  return {
    title,
    actor: actor.kind === 'person' ? actor.person.id : '',
    people: house.world.state.people.map(({ id, name }) => ({ value: id, name })),
    path: request.path,
  };
}

function refused(call: SentryPageCall): SandboxAnswer {
  const main = html`<h1>Refused</h1>
    <p>This form did not come from the sandbox's own pages.</p>`;
  return sentryPage(frameOf(call, 'Refused'), main, 403);
}

function missing(call: SentryPageCall): SandboxAnswer {
  const main = html`<h1>Not found</h1>
    <p>There is nothing here. <a href="/">All issues</a></p>`;
  return sentryPage(frameOf(call, 'Not found'), main, 404);
}

function actorOf({ world }: SentryHouse, request: SandboxRequest): SentryActor {
  const cookie = new RegExp(`(?:^|;\\s*)${ACTOR_COOKIE}=(?<id>\\w+)`, 'u').exec(request.headers.cookie ?? '');
  const { people } = world.state;
  const person = people.find(({ id }) => id === cookie?.groups?.['id']) ?? people[0];
  return person === undefined ? { kind: 'sentry' } : { kind: 'person', person };
}

function switchActor(request: SandboxRequest): SandboxAnswer {
  const form = new URLSearchParams(request.text);
  const id = /^\w+$/u.exec(form.get('actor') ?? '')?.[0] ?? '';
  return seeOther(form.get('back') ?? '/', {
    'set-cookie': `${ACTOR_COOKIE}=${id}; Path=/; HttpOnly; SameSite=Strict`,
  });
}

function answerIssue(call: SentryPageCall, issue: SandboxSentryIssue): SandboxAnswer {
  const { house, request } = call;
  const { state } = house.world;
  const path = `/organizations/${state.organization.slug}/issues/`;
  const survivor = livingIssue(state, issue.id);
  if (request.method === 'POST') return seeOther(`${path}${actOnSentryIssue(call, survivor ?? issue)}/`);
  if (survivor !== null && survivor !== issue) return seeOther(`${path}${survivor.id}/`);
  return sentryPage(frameOf(call, issue.title.slice(0, 80)), sentryIssuePage(house.world, issue));
}

/** A part of the shop breaks that was well so far. */
function somethingBreaks({ house }: SentryPageCall): SandboxAnswer {
  const { world } = house;
  const at = world.state.issues.length % SURPRISES.length;
  const surprise = SURPRISES[at];
  const project = world.state.projects[0];
  if (surprise === undefined || project === undefined) return seeOther('/');
  const issue = addIssue(world, project, surprise);
  return seeOther(`/organizations/${world.state.organization.slug}/issues/${issue.id}/`);
}

const TABS: [query: string, words: string][] = [
  [QUERY_DEFAULT, 'Unresolved'],
  ['is:ignored', 'Archived'],
  ['is:resolved', 'Resolved'],
  ['', 'Everything'],
];

function listPage(call: SentryPageCall): SandboxAnswer {
  const { world } = call.house;
  const query = call.request.query.get('query') ?? QUERY_DEFAULT;
  const parsed = parseQuery(query);
  const searching = { state: world.state, now: world.now(), personId: null };
  const found = parsed.ok
    ? inOrder(world, 'date').filter(
        (issue) => isFound(issue, parsed.terms, searching) && isShownAs(issue, parsed.terms),
      )
    : [];
  const tabs = TABS.map(([of, words]) =>
    of === query
      ? html`<a href="?query=${of}" aria-current="page">${words}</a>`
      : html`<a href="?query=${of}">${words}</a>`,
  );
  const main = html`<h1>Issues of ${world.state.organization.name}</h1>
    <p class="soft">
      Here errors happen. Let one happen again, resolve it, archive it, and watch what becomes of it on GitHub.
      <a href="/settings/">The integration</a> has the token and the webhook.
    </p>
    <nav class="tabs" aria-label="Status">${tabs}</nav>
    <form method="get" action="/" class="line">
      <input class="wide" name="query" value="${query}" aria-label="Search" />
      <button class="button">Search</button>
    </form>
    <form method="post" action="/" class="line breaks">
      <button class="button main">Let something new break</button>
    </form>
    ${parsed.ok ? null : html`<p role="alert">${parsed.detail}</p>`}
    <div class="card">
      <ul class="rows">
        ${found.slice(0, ISSUES_SHOWN_MAX).map((issue) => issueRow(call, issue))}
      </ul>
    </div>
    ${found.length === 0 ? html`<p class="soft">No issue is found.</p>` : null}`;
  return sentryPage(frameOf(call, 'Issues'), main, parsed.ok ? 200 : 400);
}

function issueRow({ house }: SentryPageCall, issue: SandboxSentryIssue): Html {
  const { state } = house.world;
  const links = linksOf(issue);
  const seen = issue.lastSeen === null ? html`never seen` : html`last seen ${instant(issue.lastSeen)}`;
  return html`<li>
    <a class="row-title" href="/organizations/${state.organization.slug}/issues/${issue.id}/"
      >${issue.title.slice(0, 200)}</a
    >
    <div class="soft small">
      ${statusBadge(issue)} ${shortIdOf(state, issue)} · ${projectOf(state, issue).name} · ${issue.level} ·
      ${issue.count} events, ${issue.userCount} users · ${seen}${links.length === 0 ? null : html` · ${links}`}
    </div>
    <div class="soft small">${issue.culprit}</div>
  </li>`;
}
