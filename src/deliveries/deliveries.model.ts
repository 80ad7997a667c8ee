import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { LiveNotice, Row } from '../db/db.model.ts';

/** What the verbs of this capability are given. */
export interface DeliveriesCtx extends OutsideCtx {
  /** PUBLIC_URL without a slash at its end: GitHub sends to addresses below it. */
  publicUrl: string;
}

/** A delivery as whoever applies it sees it. */
export interface ArrivedDelivery {
  id: string;
  guid: string;
  event: string;
  action: string | null;
  /** Parsed JSON. */
  payload: unknown;
  /** When GitHub sent it; what it says is no newer, however late it is applied. */
  receivedAt: Date;
}

/**
 * Takes a delivery over into what is kept here. May be called again with the same one. Throwing means: try again later, in the
 * end `failed`. `message` says in a sentence what it did, or why it was ignored.
 */
export type ApplyDelivery = (
  connection: GithubConnection,
  delivery: ArrivedDelivery,
) => Promise<{ state: 'applied' | 'ignored'; message: string }>;

/** Asks for a full comparison of what a connection mirrors: deliveries are missing that GitHub no longer has. */
export type OnGap = (connection: GithubConnection) => Promise<void>;

export type Subscribe = (heard: (notice: LiveNotice) => void) => () => void;

/** One post to `/webhooks/github/:connectionId`, its body as the bytes that came. */
export interface WebhookPost {
  connectionId: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/**
 * `duplicate`: the delivery is here already. `other_installation`: it is of an installation of the App that no connection here
 * uses, and is not kept. `not_signed` also stands for a connection that is not there.
 */
export type Receipt = 'stored' | 'duplicate' | 'other_installation' | 'not_signed' | 'not_json';

/** Takes GitHub's posts. */
export interface Receiver {
  /** Whether a post with these headers can be accepted at all: asked before its body is read. */
  mayRead(connectionId: string, headers: WebhookPost['headers']): Promise<boolean>;
  /** Verifies and stores. Resolves once the delivery is committed; throws when the database does not take it. */
  receive(post: WebhookPost): Promise<Receipt>;
  /** A post was refused for its size. */
  refuseSize(): void;
  close(): void;
}

/** Whether deliveries are coming in so fast that what can wait should wait. */
export interface Rush {
  /** So many were stored. */
  stored(rows: number): void;
  isOn(): boolean;
}

/** A webhook at GitHub that the hub made or found. */
export type HookRow = Row<'hooks'>;

/** A repository by a name it has or had, and the connection that sees it. `id` is GitHub's; null until GitHub told it. */
export interface KnownRepository {
  connectionId: string;
  fullName: string;
  id: number | null;
}
