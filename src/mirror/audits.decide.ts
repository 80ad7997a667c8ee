/** Audits of one repository by schedule, all at its own minute: cron expressions in UTC, and how large a sample is. */
export interface AuditPlan {
  full: string;
  sample: string;
  size: number;
}

/** A comparison in full may cost this part of what GitHub gives in an hour. */
const SHARE = 0.1;
const PER_PAGE = 100;
const SIZE = 25;
/** Where the comparison in full comes once a week, the samples must tell more. */
const SIZE_LARGE = 100;

/**
 * When a repository is audited: in full every day between two and three, and by sample three times in between. Where a comparison
 * in full would cost more than a tenth of the hourly budget it comes on Sundays, and samples, larger ones, every day.
 */
export function auditPlan(of: { minute: number; issues: number; pulls: number; hourlyLimit: number }): AuditPlan {
  const isLarge = fullCost(of) > of.hourlyLimit * SHARE;
  return isLarge
    ? { full: `${of.minute} 2 * * 0`, sample: `${of.minute} 5,11,17,23 * * *`, size: SIZE_LARGE }
    : { full: `${of.minute} 2 * * *`, sample: `${of.minute} 8,14,20 * * *`, size: SIZE };
}

/** The pages of a comparison in full: pull requests are in both lists. */
function fullCost({ issues, pulls }: { issues: number; pulls: number }): number {
  return Math.ceil((issues + pulls) / PER_PAGE) + Math.ceil(pulls / PER_PAGE);
}
