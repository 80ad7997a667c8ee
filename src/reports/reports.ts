export { forgetOldKeys } from './reports.jobs.ts';
export { reportRoutes } from './reports.routes.ts';
export { REPORT_SOURCE } from './source.ts';
export { mayReadReport, submitReport } from './submit.ts';
