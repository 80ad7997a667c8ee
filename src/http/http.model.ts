import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

import type { Credentials } from '../accounts/accounts.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { LiveEvent } from '../contract/events.ts';
import type { Receiver } from '../deliveries/deliveries.model.ts';

/** One thing that must hold before the hub may be given requests. */
export interface ReadyCheck {
  name: string;
  ok: boolean;
  /** A plain sentence; for the operator when it does not hold. */
  text: string;
}

/** Requests per minute that one person, program or, where nobody is known, address may make. */
export interface RateLimits {
  /** Everything a person or a host app's user calls. */
  person: number;
  /** Reports a person or a host app's user files. */
  reports: number;
  /** Everything a program calls with an API key. */
  apiKey: number;
  /** Sign-in, set-up and links, by address. */
  signIn: number;
}

export interface FinishedRequest {
  method: string;
  /** The route's pattern, never the address with its ids. */
  route: string;
  status: number;
  seconds: number;
}

export interface ServerDeps {
  handlers: Handlers;
  authenticate(credentials: Credentials): Promise<Principal | null>;
  logger: FastifyBaseLogger;
  /** PUBLIC_URL; https makes cookies Secure and sends HSTS. */
  publicUrl: string;
  /** Tells `send` of every change the principal may see, until the returned function is called. */
  subscribe(principal: Principal, send: (event: LiveEvent) => void): () => void;
  /** Takes GitHub's webhook posts; without it there is no address for them. */
  receiver?: Receiver;
  /** Takes Sentry's webhook posts, on a scope of its own. */
  sentryHooks?: (app: FastifyInstance) => Promise<void>;
  ready(): Promise<ReadyCheck[]>;
  metrics(): Promise<{ contentType: string; text: string }>;
  onFinished?: (request: FinishedRequest) => void;
  /** The folder of the built web app, which may be missing. */
  webRoot: string;
  limits?: Partial<RateLimits>;
  /** Whose `X-Forwarded-For` counts; by default a proxy on this machine. */
  trustProxy?: string | string[] | boolean;
}

/** Who is behind a request, found out once, before its body is read. */
export interface Caller {
  principal: Principal | null;
  sessionToken: string | null;
  ip: string;
  userAgent: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** Fresh for each page: the only inline styles a browser accepts carry it. */
    nonce: string;
  }
  interface FastifyContextConfig {
    /** The least role of a route of the table; absent on pages, files and operations. */
    access?: { role: 'public' | 'reporter' | 'admin' | 'system_admin'; limit: keyof RateLimits };
  }
}
