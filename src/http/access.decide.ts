import type { Principal } from '../accounts/accounts.model.ts';
import { ROLES } from '../contract/people.ts';
import type { Role } from '../contract/people.ts';

/** Whether a principal may call a route of this role: each role may do what the ones before it may. */
export function isAllowed(principal: Principal | null, role: Role): boolean {
  return role === 'public' || (principal !== null && ROLES.indexOf(principal.role) >= ROLES.indexOf(role));
}

export interface CrossSiteQuestion {
  method: string;
  /** The request carries its own proof; a browser adds that to nothing by itself. */
  hasAuthorization: boolean;
  hasCookie: boolean;
  secFetchSite: string | undefined;
  origin: string | undefined;
  /** The hosts, with port, this hub is reached at: PUBLIC_URL's and the one of the request's Host. */
  ownHosts: readonly string[];
}

/**
 * Whether another site may have made the browser send this request. Browsers say where a request comes from in Sec-Fetch-Site, older
 * ones in Origin; a cookie without either is not believed. Reading is harmless: another site cannot see the answer.
 */
export function isCrossSite(question: CrossSiteQuestion): boolean {
  const { method, secFetchSite, origin, ownHosts } = question;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || question.hasAuthorization) return false;
  if (secFetchSite !== undefined) return secFetchSite !== 'same-origin' && secFetchSite !== 'none';
  if (origin !== undefined) return !ownHosts.includes(URL.parse(origin)?.host ?? '');
  return question.hasCookie;
}
