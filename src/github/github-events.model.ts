/** The webhook events that the mirror hears of and that need no right over an organisation's members (facts 6.4). */
export const MIRRORED_EVENTS: readonly string[] = [
  'issues',
  'issue_comment',
  'label',
  'milestone',
  'pull_request',
  'pull_request_review',
  'push',
  'create',
  'delete',
  'repository',
];
