import { APP_PERMISSIONS } from './app-manifest.decide.ts';
import { checkFailure, error, ok, warning } from './checks.decide.ts';
import type { ConnectionTestResult } from '../contract/connections.ts';
import type { GithubApp, GithubInstallation } from '../github/github-app.model.ts';
import type { GithubFailure } from '../github/github.model.ts';

type Check = ConnectionTestResult['checks'][number];

/** Why GitHub does not show the App, or its installation, or the installation's token. */
export function checkAppFailure(step: 'app' | 'installation', failure: GithubFailure, sentence: string): Check {
  const { kind } = failure;
  if (step === 'installation' && (kind === 'not_found' || kind === 'forbidden'))
    return error('installation', sentence, 'Install the App on GitHub, and choose that installation here.');
  if (kind === 'unauthorized' || kind === 'not_found')
    return error('app', sentence, 'Copy the App id and the whole private key from the settings of the App on GitHub.');
  return checkFailure('token', failure, null, sentence);
}

/** Whether the App is installed and not suspended, and what each permission that it lacks would be for (SPEC C2). */
export function checkInstallation(app: GithubApp, installation: GithubInstallation): Check[] {
  const { account, url, suspended } = installation;
  if (suspended)
    return [error('installation', `${app.name} is suspended for ${account}.`, `Its owner can end that: ${url}`)];
  return [
    ok('app', `GitHub knows this App as ${app.name}.`),
    ok('installation', `${app.name} is installed for ${account}.`),
    ...APP_PERMISSIONS.map((permission) => checkPermission(app, installation, permission)),
  ];
}

/** The App works, but not for this repository. */
export function checkNotInstalled(app: GithubApp, { account, url }: GithubInstallation, repository: string): Check {
  return error(
    'repository',
    `${app.name} is installed for ${account}, but GitHub does not show it ${repository}.`,
    `Check the spelling, and choose the repository in the installation: ${url}`,
  );
}

function checkPermission(
  app: GithubApp,
  installation: GithubInstallation,
  { name, words, level, use, required }: (typeof APP_PERMISSIONS)[number],
): Check {
  const has = (permissions: Record<string, string>) => ['admin', 'write', level].includes(permissions[name] ?? '');
  const wanted = `${words}: ${level === 'write' ? 'read and write' : 'read'}`;
  if (has(installation.permissions)) return ok('permission', `${wanted}, for ${use}.`);
  const fix = has(app.permissions)
    ? `The App asks for it, but ${installation.account} has not agreed yet: ${installation.url}`
    : `Add ${wanted} in the settings of the App on GitHub, and let ${installation.account} agree: ${installation.url}`;
  return (required ? error : warning)('permission', `${wanted} is missing, for ${use} (${name}=${level}).`, fix);
}
