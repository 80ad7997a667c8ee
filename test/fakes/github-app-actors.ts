import type { AppHouse } from './github-app-shapes.ts';
import type { AppBook, AppDraft, Installation, Permissions } from './github-app-state.ts';
import { timestamp } from '../../src/sandbox/sandbox-state.ts';
import { tellApp } from './github-app-hook.ts';
import { idsOf, installApp, reachOf, registerApp } from './github-app-state.ts';
import { revokeToken } from './github-app-tokens.ts';

/** What a test knows of an app that it made. */
export interface FakeApp {
  id: number;
  slug: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** PEM, PKCS#1. */
  privateKey: string;
  installationId: number;
}

/** How a test acts on the apps of a fake. They live in memory only: a restarted fake has none. */
export interface AppActors {
  /** Registers an app and installs it: on the named repositories, or on all of the account (that of the first repository). */
  addApp(draft?: AppDraft & { account?: string; repositories?: string[] }): FakeApp;
  /** Installs an app in one more place; gives the installation's id. */
  installApp(appId: number, on: { account?: string; repositories?: string[] }): number;
  suspendInstallation(installationId: number, suspended?: boolean): void;
  /** What the account grants from now on; tokens that are out keep what they were given. */
  setPermissions(installationId: number, permissions: Permissions): void;
  /** The repositories an installation was given, by full name; null: all of the account. */
  setInstalledRepositories(installationId: number, fullNames: string[] | null): void;
  /** As if the account had removed the app. */
  removeInstallation(installationId: number): void;
}

/** Each act is told to the app's hook, as GitHub does. */
export function appActors(book: () => AppBook, house: () => AppHouse): AppActors {
  const touched = (id: number): Installation => {
    const found = book().installations.find((installation) => installation.id === id);
    if (found === undefined) throw new Error(`the fake has no installation ${id}`);
    found.updatedAt = timestamp(house().world);
    return found;
  };
  return {
    addApp({ account, repositories, ...draft } = {}) {
      const { world } = house();
      const app = registerApp(world, book(), draft);
      const installed = { app, repositories: repositories ?? null, ...(account === undefined ? {} : { account }) };
      const { id, slug, clientId, clientSecret, webhookSecret, privateKey } = app;
      const installation = installApp(world, book(), installed);
      tellApp(house(), installation, { event: 'installation', action: 'created' });
      return { id, slug, clientId, clientSecret, webhookSecret, privateKey, installationId: installation.id };
    },
    installApp(appId, { account, repositories }) {
      const app = book().apps.find((candidate) => candidate.id === appId);
      if (app === undefined) throw new Error(`the fake has no app ${appId}`);
      const where = { app, repositories: repositories ?? null, ...(account === undefined ? {} : { account }) };
      const installation = installApp(house().world, book(), where);
      tellApp(house(), installation, { event: 'installation', action: 'created' });
      return installation.id;
    },
    suspendInstallation(id, suspended = true) {
      const installation = touched(id);
      installation.suspendedAt = suspended ? timestamp(house().world) : null;
      tellApp(house(), installation, { event: 'installation', action: suspended ? 'suspend' : 'unsuspend' });
    },
    setPermissions(id, permissions) {
      const installation = touched(id);
      installation.permissions = { metadata: 'read', ...permissions };
      tellApp(house(), installation, { event: 'installation', action: 'new_permissions_accepted' });
    },
    setInstalledRepositories(id, fullNames) {
      const { world } = house();
      const installation = touched(id);
      const before = reachOf(world, installation);
      installation.selected = fullNames === null ? null : idsOf(world, fullNames);
      const after = reachOf(world, installation);
      const added = after.filter((repository) => !before.includes(repository));
      const removed = before.filter((repository) => !after.includes(repository));
      const event = 'installation_repositories';
      if (added.length > 0) tellApp(house(), installation, { event, action: 'added', added });
      if (removed.length > 0) tellApp(house(), installation, { event, action: 'removed', removed });
    },
    removeInstallation(id) {
      const gone = touched(id);
      book().installations = book().installations.filter((installation) => installation !== gone);
      for (const [token, installation] of book().tokens) if (installation === gone) revokeToken(house().world, token);
      tellApp(house(), gone, { event: 'installation', action: 'deleted' });
    },
  };
}
