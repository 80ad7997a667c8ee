import { MINUTE_MS } from '../../lib/clock.ts';
import type { Abilities, SentryFailure, SentryOrganization, SentryProject } from '../../sentry/sentry.model.ts';
import type { SentryConnectionTestResult } from '../../contract/sentry.ts';

type Check = SentryConnectionTestResult['checks'][number];

const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS;

const ok = (name: Check['name'], text: string): Check => ({ name, ok: true, severity: 'ok', text, fix: null });
const warning = (name: Check['name'], text: string, fix: string): Check => ({
  name,
  ok: true,
  severity: 'warning',
  text,
  fix,
});

/** What a failure of the first questions says: which part of the settings is wrong, and what to do. */
export function checkSentryFailure(failure: SentryFailure): Check {
  const error = (name: Check['name'], fix: string): Check => ({
    name,
    ok: false,
    severity: 'error',
    text: failure.message,
    fix,
  });
  switch (failure.kind) {
    case 'unauthorized':
      return error(
        'token',
        'Make an internal integration in Sentry (Settings → Custom Integrations) and use its token.',
      );
    case 'forbidden':
      return error('scopes', 'Give the integration read access to Issue & Event, Organization and Project.');
    case 'organization_not_found':
      return error(
        'organization',
        'Look at the address of your Sentry: the slug stands in it. Check that the token is of this organisation.',
      );
    case 'certificate':
      return error(
        'certificate',
        'Paste the certificate of the authority that signed it (PEM), or let the server send its whole chain.',
      );
    case 'not_sentry':
      return error(
        'product',
        'Give the address where Sentry itself answers, without a login page in front, as https://sentry.example.com.',
      );
    default:
      return error('address', 'Check the address, the proxy and the firewall, then test again.');
  }
}

/** What a server that answered can do, and what is missing for what a rule may want. */
export function checkSentry(
  found: { organization: SentryOrganization; abilities: Abilities; serverTime: Date | null },
  projects: readonly SentryProject[],
  insecureTls: boolean,
  now: Date,
): Check[] {
  const { organization, abilities } = found;
  const product = abilities.product === 'glitchtip' ? 'GlitchTip' : 'Sentry';
  return [
    ok('address', `${product}${abilities.version === null ? '' : ` ${abilities.version}`} answers.`),
    ...(insecureTls
      ? [
          warning(
            'certificate',
            'No certificate is checked: anybody on the way can read the token.',
            'Paste the certificate of your authority instead, and switch the check on.',
          ),
        ]
      : []),
    ok('organization', `The organisation is ${organization.name} (${organization.slug}).`),
    projects.length > 0
      ? ok('projects', `The token sees ${projects.length === 1 ? 'one project' : `${projects.length} projects`}.`)
      : warning('projects', 'The token sees no project.', 'Let it see the projects whose errors are to become issues.'),
    ...checkScopes(abilities),
    ...checkClock(found.serverTime, now),
  ];
}

function checkScopes({ product, scopes, installation }: Abilities): Check[] {
  if (scopes === null)
    return [
      warning(
        'scopes',
        'The server does not tell what the token may.',
        'Reading is tried as it goes; changing a status needs event:write.',
      ),
    ];
  const may = (area: string, levels: string[]) => levels.some((level) => scopes.includes(`${area}:${level}`));
  const canRead = may('event', ['read', 'write', 'admin']);
  const canWrite = may('event', ['write', 'admin']);
  return [
    canRead
      ? ok('scopes', 'The token may read issues and events.')
      : {
          name: 'scopes',
          ok: false,
          severity: 'error',
          text: 'The token may not read issues (event:read).',
          fix: 'Give it read access to Issue & Event.',
        },
    canWrite
      ? ok('write', 'It may change issues: what is closed on GitHub is resolved there.')
      : warning(
          'write',
          'It may not change issues: GitHub follows Sentry, but not the other way.',
          'Give it write access to Issue & Event (event:write) if both ways are wanted.',
        ),
    ...(product === 'sentry' && installation === null
      ? [
          warning(
            'webhook',
            'It is not the token of an internal integration: GitHub issues are not shown in Sentry, and no webhooks come.',
            'Polling finds everything. For news in seconds use the token of an internal integration.',
          ),
        ]
      : []),
  ];
}

function checkClock(serverTime: Date | null, now: Date): Check[] {
  if (serverTime === null) return [];
  const minutes = Math.round(Math.abs(serverTime.getTime() - now.getTime()) / MINUTE_MS);
  if (minutes * MINUTE_MS < CLOCK_TOLERANCE_MS) return [ok('clock', 'Its clock and this machine’s agree.')];
  return [
    warning(
      'clock',
      `Its clock and this machine’s are ${minutes} minutes apart.`,
      'Let both set their clocks over the network (NTP).',
    ),
  ];
}
