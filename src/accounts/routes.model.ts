import type { RouteAnswer, RouteArguments, RouteName, ROUTES } from '../contract/routes.ts';
import type { Principal } from './accounts.model.ts';

/** One HTTP call as a handler sees it: who asks, from where, and the few things besides the answer that it may set. */
export interface Call<P extends Principal | null = Principal> {
  principal: P;
  ip: string;
  userAgent: string | null;
  requestId: string;
  /** The session cookie's value, for signing out and switching tenants. */
  sessionToken: string | null;
  /** Aborted when the caller hangs up or the server stops: a waiting handler answers at once. */
  signal: AbortSignal;
  /** Sets the session cookie; null removes it. */
  setSession(session: { token: string; expiresAt: Date } | null): void;
  /** Answers with another success status than the route's own. */
  setStatus(status: 200 | 201 | 202): void;
  setHeader(name: string, value: string): void;
}

/** Nobody is asked to prove anything on a `public` route, so nobody is known there. */
type Caller<N extends RouteName> = (typeof ROUTES)[N]['role'] extends 'public' ? null : Principal;

/** What answers one route of src/contract/routes.ts. Throws an HttpProblem to refuse. */
export type Handler<N extends RouteName> = (call: Call<Caller<N>>, args: RouteArguments<N>) => Promise<RouteAnswer<N>>;

/** A handler for every route. Each capability gives its part as `Pick<Handlers, …>`, the composition root puts them together. */
export type Handlers = { [N in RouteName]: Handler<N> };
