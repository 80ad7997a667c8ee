import { MIRRORED_EVENTS } from '../github/github-events.model.ts';

/** What an App of ours may do, and what for (facts 1.3 and 1.4). Required: filing does not work without it. */
export const APP_PERMISSIONS = [
  { name: 'metadata', words: 'Metadata', level: 'read', use: 'finding the repository', required: true },
  {
    name: 'issues',
    words: 'Issues',
    level: 'write',
    use: 'filing issues and reading what became of them',
    required: true,
  },
  { name: 'pull_requests', words: 'Pull requests', level: 'read', use: 'showing pull requests', required: false },
  { name: 'contents', words: 'Contents', level: 'read', use: 'showing branches and their dates', required: false },
  {
    name: 'administration',
    words: 'Administration',
    level: 'read',
    use: 'showing the teams with access',
    required: false,
  },
  { name: 'repository_hooks', words: 'Webhooks', level: 'write', use: 'hearing of changes at once', required: false },
] as const;

const NAME_LENGTH_MAX = 34;

export interface ManifestWish {
  name: string | null;
  publicUrl: string;
  connectionId: string;
}

/** The App that GitHub is to make. Without a webhook where GitHub could not reach this hub. */
export function manifestFor({ name, publicUrl, connectionId }: ManifestWish): object {
  const back = `${publicUrl}/settings/github-app`;
  const { hostname } = new URL(publicUrl);
  return {
    name: (name ?? `Throughline ${hostname}`).slice(0, NAME_LENGTH_MAX),
    url: publicUrl,
    redirect_url: back,
    setup_url: back,
    public: false,
    default_permissions: Object.fromEntries(APP_PERMISSIONS.map((permission) => [permission.name, permission.level])),
    ...(isReachable(publicUrl) && {
      hook_attributes: { url: `${publicUrl}/webhooks/github/${connectionId}`, active: true },
      default_events: MIRRORED_EVENTS,
    }),
  };
}

/** Whether GitHub may be able to send webhooks here: it refuses addresses of this machine. */
export function isReachable(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return !/^(?:localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1?\])$/u.test(hostname);
}

/** Where the browser posts the manifest: the person's settings, or the organisation's. */
export function manifestAddress(webOrigin: string, organization: string | null, state: string): string {
  const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`;
  return `${webOrigin}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
}
