import type { SandboxWorld } from './sandbox.model.ts';
import type { Html } from './sandbox-html.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import type { IssueOf } from './sandbox-shapes.ts';
import { html } from './sandbox-html.ts';
import { mergePull, requestReviewers, setDraft, submitReview } from './sandbox-pulls.ts';

/** What only a pull request has on its page: branches, reviewers, reviews, and the forms for them. */
export function pullSection({ repository, issue }: IssueOf): Html | null {
  const { pull } = issue;
  if (pull === null) return null;
  const asked = [...pull.requestedReviewers, ...pull.requestedTeams].join(', ');
  const reviews = (repository.reviews[issue.number] ?? []).map(
    (review) => html`<li>${review.author}: ${review.state.toLowerCase().replace('_', ' ')}</li>`,
  );
  const people = Object.keys(repository.roles).filter((login) => login !== issue.author);
  return html`<section>
    <h2>Pull request</h2>
    <p class="small">${pull.head} → ${pull.base}${pull.draft ? ' · draft' : ''}</p>
    <p class="small">${asked === '' ? 'Nobody is asked for a review.' : `Asked for a review: ${asked}`}</p>
    ${
      reviews.length === 0
        ? null
        : html`<ul class="small">
            ${reviews}
          </ul>`
    }
    ${issue.state === 'open' ? pullForms(pull.draft, people) : null}
  </section>`;
}

function pullForms(draft: boolean, people: readonly string[]): Html {
  const button = (value: string, word: string): Html =>
    html`<button class="button" name="do" value="${value}">${word}</button>`;
  return html`<form method="post" class="line">
      <select name="login" aria-label="Person to ask for a review">
        ${people.map((login) => html`<option>${login}</option>`)}
      </select>
      ${button('request_review', 'Ask')}
    </form>
    <form method="post" class="line">
      ${button('approve', 'Approve')} ${button('request_changes', 'Request changes')}
      ${draft ? button('ready', 'Ready for review') : html`${button('draft', 'Back to draft')} ${button('merge', 'Merge')}`}
    </form>`;
}

/** Does what a form of a pull request asks for; false when it is none of these. */
export function actOnPull(world: SandboxWorld, target: IssueTarget, form: URLSearchParams): boolean {
  if (target.issue.pull === null || target.issue.state !== 'open') return false;
  switch (form.get('do')) {
    case 'request_review':
      requestReviewers(world, target, { reviewers: [form.get('login') ?? ''] });
      return true;
    case 'approve':
      submitReview(world, target, { state: 'APPROVED' });
      return true;
    case 'request_changes':
      submitReview(world, target, { state: 'CHANGES_REQUESTED' });
      return true;
    case 'ready':
      setDraft(world, target, false);
      return true;
    case 'draft':
      setDraft(world, target, true);
      return true;
    case 'merge':
      mergePull(world, target);
      return true;
    default:
      return false;
  }
}
