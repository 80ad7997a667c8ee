export const REPOSITORY_TABS = ['issues', 'pulls', 'branches', 'people', 'activity', 'webhooks', 'runs'] as const;
export type RepositoryTab = (typeof REPOSITORY_TABS)[number];

/** owner and name stay two parts of the address. */
const repositoryPath = (fullName: string) => `/repositories/${fullName.split('/').map(encodeURIComponent).join('/')}`;
const filtered = (path: string, filter: string) => (filter === '' ? path : `${path}?q=${encodeURIComponent(filter)}`);

/** Every address of the pages. Nothing else in web/ writes one by hand. */
export const paths = {
  home: () => '/',
  signIn: (next?: string) =>
    next === undefined || next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`,
  setUp: () => '/setup',
  password: () => '/password',
  link: () => '/link',
  report: (sent?: string) => (sent === undefined ? '/report' : `/report?sent=${encodeURIComponent(sent)}`),
  myReports: () => '/reports',
  myReport: (id: string) => `/reports/${encodeURIComponent(id)}`,
  myReportEdit: (id: string) => `/reports/${encodeURIComponent(id)}?edit=1`,
  issues: (filter = '') => filtered('/issues', filter),
  issue: (id: string) => `/issues/${encodeURIComponent(id)}`,
  issueEdit: (id: string) => `/issues/${encodeURIComponent(id)}?edit=1`,
  repositories: (filter = '') => filtered('/repositories', filter),
  track: (filter = '') => filtered('/repositories/track', filter),
  repository: (fullName: string) => repositoryPath(fullName),
  repositoryTab: (fullName: string, tab: RepositoryTab, filter = '') =>
    filtered(`${repositoryPath(fullName)}/${tab}`, filter),
  mirroredIssue: (fullName: string, number: number) => `${repositoryPath(fullName)}/issues/${number}`,
  mirroredPull: (fullName: string, number: number) => `${repositoryPath(fullName)}/pulls/${number}`,
  errors: (filter = '') => filtered('/errors', filter),
  error: (id: string) => `/errors/${encodeURIComponent(id)}`,
  rules: () => '/errors/rules',
  ruleNew: () => '/errors/rules/new',
  rule: (id: string) => `/errors/rules/${encodeURIComponent(id)}`,
  undo: (search = '') => (search === '' ? '/errors/undo' : `/errors/undo?${search}`),
  undoRun: (id: string, state = '') =>
    `/errors/undo/${encodeURIComponent(id)}${state === '' ? '' : `?state=${encodeURIComponent(state)}`}`,
  health: () => '/health',
  deliveries: (filter = '') => filtered('/health/deliveries', filter),
  delivery: (id: string) => `/health/deliveries/${encodeURIComponent(id)}`,
  budgets: () => '/health/budgets',
  settings: () => '/settings',
  github: () => '/settings/github',
  githubNew: (search = '') => (search === '' ? '/settings/github/new' : `/settings/github/new?${search}`),
  githubApp: () => '/settings/github-app',
  githubConnection: (id: string) => `/settings/github/${encodeURIComponent(id)}`,
  sentry: () => '/settings/sentry',
  sentryNew: () => '/settings/sentry/new',
  sentryConnection: (id: string) => `/settings/sentry/${encodeURIComponent(id)}`,
  people: () => '/settings/people',
  keys: () => '/settings/keys',
  tenant: () => '/settings/tenant',
  tenants: () => '/settings/tenants',
  audit: () => '/settings/audit',
  docs: () => '/docs',
} as const;

/** Where to go after signing in: only an address of our own pages, never another site's. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//') || next.includes('\\'))
    return paths.home();
  return next;
}
