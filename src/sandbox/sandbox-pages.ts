import type { SandboxAnswer, SandboxIssue, SandboxRepository, SandboxRequest } from './sandbox.model.ts';
import type { ApiHouse } from './sandbox-api.ts';
import type { PageFrame } from './sandbox-document.ts';
import type { Html } from './sandbox-html.ts';
import type { IndexKind } from './sandbox-index.ts';
import { actOnBranch, branchList } from './sandbox-branch-page.ts';
import { isFromHere } from './sandbox-document.ts';
import { html } from './sandbox-html.ts';
import { issuesInOrder } from './sandbox-index.ts';
import { issuePage } from './sandbox-issue-page.ts';
import { actOnIssue, openFromForm } from './sandbox-page-actions.ts';
import { instant, labelTag, page, seeOther, stateBadge } from './sandbox-page-frame.ts';
import {
  fullNameOf,
  issueByNumber,
  repositoryByFormerName,
  repositoryByName,
  repositoryById,
} from './sandbox-state.ts';

const ACTOR_COOKIE = 'sandbox_actor';
const ACTOR_DEFAULT = 'octo-dev';
const ISSUES_SHOWN_MAX = 200;

type PageHouse = Pick<ApiHouse, 'world' | 'web'>;

interface PageCall {
  house: PageHouse;
  request: SandboxRequest;
  actor: string;
}

/** Answers the plain pages: repositories, issues of one, one issue, and their forms. */
export function answerPage(house: PageHouse, request: SandboxRequest): SandboxAnswer {
  const call: PageCall = { house, request, actor: actorOf(house, request) };
  if (request.method === 'POST' && !isFromHere(house.web, request)) {
    return page(
      frame(call, 'Refused'),
      html`<h1>Refused</h1>
        <p>This form did not come from the sandbox's own pages.</p>`,
      403,
    );
  }
  const [owner = '', name = '', kind = '', number = ''] = pathParts(request.path);
  if (owner === '') return page(frame(call, 'Repositories'), repositoriesPage(house));
  if (owner === 'actor' && request.method === 'POST') return switchActor(request);
  const repository = repositoryByName(house.world.state, `${owner}/${name}`);
  if (repository === null) return renamedOrMissing(call, `${owner}/${name}`);
  if (kind === '') return request.method === 'POST' ? openIssuePage(call, repository) : listPage(call, repository);
  if (kind === 'pulls') return listPage(call, repository);
  if (kind === 'branches') return branchesPage(call, repository);
  const issue = kind === 'issues' || kind === 'pull' ? issueByNumber(repository, Number(number)) : null;
  return issue === null ? missing(call) : answerIssue(call, repository, issue);
}

function pathParts(path: string): string[] {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return ['?'];
  }
}

function frame(call: PageCall, title: string): PageFrame {
  return {
    title,
    actor: call.actor,
    people: call.house.world.state.users.map(({ login }) => ({ value: login, name: login })),
    path: call.request.path,
  };
}

function missing(call: PageCall): SandboxAnswer {
  return page(
    frame(call, 'Not found'),
    html`<h1>Not found</h1>
      <p>There is nothing here. <a href="/">All repositories</a></p>`,
    404,
  );
}

function renamedOrMissing(call: PageCall, fullName: string): SandboxAnswer {
  const renamed = repositoryByFormerName(call.house.world.state, fullName);
  return renamed === null
    ? missing(call)
    : seeOther(call.request.path.replace(`/${fullName}`, `/${fullNameOf(renamed)}`));
}

function actorOf(house: PageHouse, request: SandboxRequest): string {
  const cookie = new RegExp(`(?:^|;\\s*)${ACTOR_COOKIE}=(?<login>[^;]+)`).exec(request.headers.cookie ?? '')?.groups?.[
    'login'
  ];
  const logins = house.world.state.users.map(({ login }) => login);
  const wanted = [cookie, ACTOR_DEFAULT].find((login) => login !== undefined && logins.includes(login));
  return wanted ?? logins[0] ?? ACTOR_DEFAULT;
}

function switchActor(request: SandboxRequest): SandboxAnswer {
  const form = new URLSearchParams(request.text);
  const login = /^[\w-]+$/.exec(form.get('actor') ?? '')?.[0] ?? ACTOR_DEFAULT;
  return seeOther(form.get('back') ?? '/', {
    'set-cookie': `${ACTOR_COOKIE}=${login}; Path=/; HttpOnly; SameSite=Strict`,
  });
}

function repositoriesPage(house: PageHouse): Html {
  const rows = house.world.state.repositories.map(
    (repository) =>
      html`<li>
        <a class="row-title" href="/${fullNameOf(repository)}">${fullNameOf(repository)}</a>
        <div class="soft small">
          ${repository.description ?? 'No description'} · ${countIssues(repository, 'issue', 'open')} open ·
          ${repository.visibility}
        </div>
      </li>`,
  );
  return html`<h1>Repositories</h1>
    <p class="soft">
      Here you are somebody else: a developer who reads, labels, comments and closes what the hub filed.
    </p>
    <div class="card">
      <ul class="rows">
        ${rows}
      </ul>
    </div>`;
}

function countIssues(repository: SandboxRepository, kind: IndexKind, state: SandboxIssue['state']): number {
  return issuesInOrder(repository, kind, 'created').filter((issue) => issue.state === state).length;
}

type Tab = 'issue' | 'pull' | 'branches';

function tabs(repository: SandboxRepository, current: Tab): Html {
  const name = fullNameOf(repository);
  const tab = (of: Tab, path: string, words: string): Html =>
    of === current
      ? html`<a href="/${name}${path}" aria-current="page">${words}</a>`
      : html`<a href="/${name}${path}">${words}</a>`;
  return html`<nav class="tabs" aria-label="Repository">
    ${tab('issue', '', `Issues ${countIssues(repository, 'issue', 'open')}`)}${tab('pull', '/pulls', `Pull requests ${countIssues(repository, 'pull', 'open')}`)}${tab('branches', '/branches', `Branches ${repository.branches.length}`)}
  </nav>`;
}

function heading(repository: SandboxRepository, current: Tab, problem: string | null): Html {
  return html`<h1>${fullNameOf(repository)}</h1>
    <p class="soft">${repository.description ?? ''}</p>
    ${problem === null ? null : html`<p role="alert"><strong>${problem}</strong></p>`} ${tabs(repository, current)}`;
}

function listPage(call: PageCall, repository: SandboxRepository, problem: string | null = null): SandboxAnswer {
  const name = fullNameOf(repository);
  const kind = call.request.path.endsWith('/pulls') ? 'pull' : 'issue';
  const state = call.request.query.get('state') === 'closed' ? 'closed' : 'open';
  const found = issuesInOrder(repository, kind, 'created').filter((issue) => issue.state === state);
  const rows = found
    .slice(-ISSUES_SHOWN_MAX)
    .toReversed()
    .map((issue) => issueRow(repository, issue));
  const words = kind === 'issue' ? 'issues' : 'pull requests';
  const main = html`${heading(repository, kind, problem)} ${stateTabs(call, repository, { kind, state })}
    <div class="card">
      <ul class="rows">
        ${rows.length === 0 ? html`<li class="soft">No ${state} ${words}.</li>` : rows}
      </ul>
    </div>
    ${found.length > ISSUES_SHOWN_MAX ? html`<p class="soft small">The newest ${ISSUES_SHOWN_MAX} are shown.</p>` : null}
    ${kind === 'issue' ? newIssueForm(name) : null}`;
  return page(frame(call, name), main, problem === null ? 200 : 422);
}

function stateTabs(
  { request }: PageCall,
  repository: SandboxRepository,
  current: { kind: IndexKind; state: SandboxIssue['state'] },
): Html {
  const tab = (of: SandboxIssue['state'], word: string): Html => {
    const words = `${word} ${countIssues(repository, current.kind, of)}`;
    return of === current.state
      ? html`<a href="${request.path}?state=${of}" aria-current="page">${words}</a>`
      : html`<a href="${request.path}?state=${of}">${words}</a>`;
  };
  return html`<nav class="tabs" aria-label="State">${tab('open', 'Open')}${tab('closed', 'Closed')}</nav>`;
}

function newIssueForm(name: string): Html {
  return html`<details class="card">
    <summary class="in">New issue</summary>
    <form method="post" action="/${name}" class="in">
      <label for="title">Title</label> <input id="title" name="title" class="wide" required maxlength="256" /><label
        for="body"
        >Description</label
      ><textarea id="body" name="body"></textarea>
      <div class="line"><button class="button main">Open issue</button></div>
    </form>
  </details>`;
}

function branchesPage(call: PageCall, repository: SandboxRepository): SandboxAnswer {
  const { house, request, actor } = call;
  const isForm = request.method === 'POST';
  const problem = isForm ? actOnBranch(house.world, { repository, actor }, new URLSearchParams(request.text)) : null;
  if (isForm && problem === null) return seeOther(request.path);
  const main = html`${heading(repository, 'branches', problem)} ${branchList(repository)}`;
  return page(frame(call, fullNameOf(repository)), main, problem === null ? 200 : 422);
}

function issueRow(repository: SandboxRepository, issue: SandboxIssue): Html {
  const kind = issue.pull === null ? 'issues' : 'pull';
  const comments = issue.comments === 0 ? '' : ` · ${issue.comments} ${issue.comments === 1 ? 'comment' : 'comments'}`;
  return html`<li>
    ${stateBadge(issue)}
    <a class="row-title" href="/${fullNameOf(repository)}/${kind}/${issue.number}">${issue.title}</a>
    ${issue.labels.map((name) => labelTag(repository, name))}
    <div class="soft small">
      #${issue.number} ${issue.pull === null ? '' : 'pull request '}by ${issue.author} ·
      ${instant(issue.createdAt)}${comments}
    </div>
  </li>`;
}

function openIssuePage(call: PageCall, repository: SandboxRepository): SandboxAnswer {
  const opened = openFromForm(
    call.house.world,
    { repository, actor: call.actor },
    new URLSearchParams(call.request.text),
  );
  return typeof opened === 'number'
    ? seeOther(`/${fullNameOf(repository)}/issues/${opened}`)
    : listPage(call, repository, opened);
}

function answerIssue(call: PageCall, repository: SandboxRepository, issue: SandboxIssue): SandboxAnswer {
  if (issue.gone === 'deleted') return page(frame(call, 'Deleted'), html`<h1>This issue was deleted.</h1>`, 410);
  if (issue.gone !== null) {
    const into = repositoryById(call.house.world.state, issue.gone.repositoryId);
    return into === null ? missing(call) : seeOther(`/${fullNameOf(into)}/issues/${issue.gone.number}`);
  }
  const title = `${issue.title} · #${issue.number}`;
  if (call.request.method !== 'POST') return page(frame(call, title), issuePage({ repository, issue }));
  const problem = actOnIssue(
    call.house.world,
    { repository, issue, actor: call.actor },
    new URLSearchParams(call.request.text),
  );
  if (problem === null) return seeOther(call.request.path);
  return page(
    frame(call, title),
    html`<p role="alert"><strong>${problem}</strong></p>
      ${issuePage({ repository, issue })}`,
    422,
  );
}
