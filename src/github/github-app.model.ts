import type { Secret } from '../lib/secret.ts';
import type { GithubResult } from './github.model.ts';

/** A GitHub App as it knows itself. Permissions as {"issues": "write"}. */
export interface GithubApp {
  slug: string;
  name: string;
  permissions: Record<string, string>;
}

/** One account's installation of an App. */
export interface GithubInstallation {
  id: number;
  account: string;
  /** Where its owner changes it. */
  url: string;
  allRepositories: boolean;
  suspended: boolean;
  permissions: Record<string, string>;
}

/** What GitHub tells once of an App that was made from a manifest. */
export interface MadeApp {
  appId: string;
  slug: string;
  name: string;
  url: string;
  clientId: string;
  privateKey: Secret;
  webhookSecret: Secret | null;
}

/** What a GitHub App is asked of itself. Only for a credential of the kind `app`. */
export interface GithubAppReads {
  app(): Promise<GithubResult<GithubApp>>;
  /** The installation that the credential names. */
  installation(): Promise<GithubResult<GithubInstallation>>;
  installations(): Promise<GithubResult<GithubInstallation[]>>;
}
