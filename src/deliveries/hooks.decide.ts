import { MIRRORED_EVENTS } from '../github/github-events.model.ts';
import type { HookRow } from './deliveries.model.ts';

/** What the mirror hears of (SPEC W2); a ping always comes. */
const REPOSITORY_EVENTS = [...MIRRORED_EVENTS, 'member', 'team_add'];
/** Only a hook of the organisation may hear of its teams. */
const ORGANIZATION_EVENTS = [...REPOSITORY_EVENTS, 'team'];

export function eventsFor(kind: HookRow['target_kind']): string[] {
  return kind === 'organization' ? ORGANIZATION_EVENTS : REPOSITORY_EVENTS;
}

/** How a hook fares, in a sentence, and what to do. */
export interface HookFate {
  healthy: boolean;
  reason: string;
  fix: string | null;
}

type Told = Pick<HookRow, 'active' | 'last_code' | 'last_message' | 'events' | 'message' | 'target_kind' | 'url'>;

const POLLING = 'Until then changes come with the next scheduled sync.';

/** What GitHub's last answer from us means, and what a person can do about it (SPEC W4). */
export function hookFate(hook: Told): HookFate {
  if (hook.message !== null) return trouble(hook.message, null);
  if (!hook.active) return trouble('It is switched off at GitHub.', 'Switch it on here or in its settings on GitHub.');
  const deaf = missingEvents(hook);
  if (deaf.length > 0)
    return trouble(
      `It does not send ${deaf.join(', ')}.`,
      'Press Save to add these events, or add them in its settings on GitHub.',
    );
  const code = hook.last_code;
  if (code === null) return { healthy: true, reason: 'GitHub has sent nothing yet. Ping it to try.', fix: null };
  if (code >= 200 && code < 300) return { healthy: true, reason: 'The last delivery arrived.', fix: null };
  return answerTrouble(code, hook);
}

function answerTrouble(code: number, { last_message: words, url }: Told): HookFate {
  const said = words === null || words === '' ? '' : ` (${words})`;
  if (code === 401)
    return trouble(
      'The hub refused the last delivery: it was signed with another secret.',
      'Press Save on this webhook to set its secret anew.',
    );
  if (code === 0)
    return trouble(
      `GitHub could not reach ${url}${said}.`,
      `Check that PUBLIC_URL can be reached from the internet, and its certificate. ${POLLING}`,
    );
  if (code >= 300 && code < 400)
    return trouble(
      `${url} leads elsewhere, and GitHub does not follow.`,
      'Set PUBLIC_URL to the address it leads to, and make the webhook anew.',
    );
  if (code === 413)
    return trouble('The last delivery was too large for what stands in front of the hub.', 'Let the proxy pass 25 MB.');
  if (code >= 500)
    return trouble(
      `The hub, or what stands in front of it, answered ${code}${said}.`,
      'Look at the log. What was missed is fetched from GitHub by itself.',
    );
  return trouble(
    `What answers at ${url} refused the last delivery with ${code}${said}.`,
    'Check that PUBLIC_URL leads to this hub.',
  );
}

/** Events that the hub wants and the hook does not send. */
export function missingEvents({ events, target_kind: kind }: Pick<HookRow, 'events' | 'target_kind'>): string[] {
  if (kind === 'app' || events.includes('*')) return [];
  return eventsFor(kind).filter((event) => !events.includes(event));
}

function trouble(reason: string, fix: string | null): HookFate {
  return { healthy: false, reason, fix };
}

/** Why GitHub would not send to PUBLIC_URL, or null. A GitHub on this machine, as the demo's, may send to this machine. */
export function whyUnreachable(publicUrl: string, baseUrl: string): string | null {
  if (!isLoopback(publicUrl) || isLoopback(baseUrl)) return null;
  return `PUBLIC_URL is ${publicUrl}, which only this machine can reach: GitHub refuses such webhooks. Set PUBLIC_URL to an address that GitHub can reach and restart. Without a webhook everything works by the scheduled sync.`;
}

function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^(?:127\.|0\.0\.0\.0$)/u.test(host)
  );
}
