import { cleanerOf } from './error-text.decide.ts';
import { closeFences, cutAt, oneLine } from '../../filing/user-text.decide.ts';
import { DEFAULT_ERROR_BODY_TEMPLATE, DEFAULT_ERROR_TITLE_TEMPLATE } from './templates-error.decide.ts';
import { draftLabels, ISSUE_BODY_LENGTH_MAX, ISSUE_TITLE_LENGTH_MAX } from '../../filing/draft.decide.ts';
import { errorData } from './error-data.decide.ts';
import { markerComment } from '../../filing/marker.decide.ts';
import { priorityLabel, priorityOf, totalsOf } from './priority.decide.ts';
import { renderTemplate } from '../../filing/templates.decide.ts';
import type { ErrorToDraft } from './error-data.decide.ts';
import type { IssueDraft } from '../../github/github.model.ts';

/**
 * The issue that an error becomes: title, body with its marker first, labels, assignees (SPEC S2, S3, F5 to F8, F11). Pure, so
 * a preview is this very function. Nothing in Sentry's text can ping, refer to or hide anything; what is too long gives way in
 * message, stack trace and evidence only. A person's data leaves only by the rule's wish into a repository that is known not
 * to be public, whatever is set for reports. Throws Liquid's words when a template cannot be rendered.
 */
export function draftError(of: ErrorToDraft): IssueDraft {
  const { rule, connection, bare } = of;
  const { count, userCount } = totalsOf(of.issues);
  const assignees = rule.assignees.length > 0 ? rule.assignees : connection.defaultAssignees;
  return {
    title: draftTitle(of),
    body: draftBody(of),
    labels: draftLabels([
      ...connection.defaultLabels,
      ...rule.labels,
      priorityLabel(priorityOf(rule.thresholds, count, userCount)),
    ]),
    assignees: bare ? [] : assignees,
    milestone: bare ? null : (rule.milestone ?? connection.milestone),
    type: bare ? null : connection.issueType,
  };
}

function draftTitle(of: ErrorToDraft): string {
  const text = renderTemplate(of.rule.titleTemplate ?? DEFAULT_ERROR_TITLE_TEMPLATE, dataOf(of, 1));
  const prefix = of.tenant.titlePrefix === '' ? '' : `[${of.tenant.titlePrefix.replace(/^\[|\]$/gu, '')}] `;
  const title = oneLine(prefix + text, ISSUE_TITLE_LENGTH_MAX);
  return title === '' ? 'Untitled error' : title;
}

/** Long texts are halved until the body fits; what is too long after that is the template itself. */
function draftBody(of: ErrorToDraft): string {
  const first = markerComment(of.marker);
  let body = '';
  for (const share of [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]) {
    const rendered = renderTemplate(of.rule.bodyTemplate ?? DEFAULT_ERROR_BODY_TEMPLATE, dataOf(of, share));
    body = `${first}\n${rendered.trim()}\n`;
    if (body.length <= ISSUE_BODY_LENGTH_MAX) return body;
  }
  return `${closeFences(cutAt(body, ISSUE_BODY_LENGTH_MAX - 300))}\n\n…truncated, see ${of.links.error}`;
}

function dataOf(of: ErrorToDraft, share: number): Record<string, unknown> {
  const { visibility } = of.connection;
  const personal = of.rule.personalData && (visibility === 'private' || visibility === 'internal');
  return errorData(of, cleanerOf(personal), personal, share);
}
