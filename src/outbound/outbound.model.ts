/**
 * Which addresses a call may reach. `public`: the open internet only. `private`: also loopback and private networks, by the
 * operator's setting. `any`: no check, for addresses that came from the environment and so from the operator.
 */
export type AddressPolicy = 'public' | 'private' | 'any';

/** What a connection has its own say in: whose certificates count. */
export interface Trust {
  /** Certificates in PEM that are trusted besides the system's. */
  ca: string | null;
  /** Any certificate will do, so anybody on the way can answer and read along. */
  insecureTls: boolean;
}

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** From the first look-up of the name to the last byte of the answer. */
  timeoutMs: number;
  /** Longest answer read, counted after decompression. */
  bodyBytesMax: number;
  addresses: AddressPolicy;
  /** The system's certificates only, unless given. */
  trust?: Trust;
}

/** Why no whole answer came. */
export type OutboundReason =
  | 'address_refused'
  | 'bad_request'
  | 'dns'
  | 'refused'
  | 'connect_timeout'
  | 'certificate'
  | 'tls'
  | 'proxy'
  | 'timeout'
  | 'reset'
  | 'too_large'
  | 'network';

/**
 * What a call came to. Redirects are answers like any other: nothing is followed here. `not_sent`: not one byte of the request
 * left, so a write may be repeated. `no_answer`: it was sent, or may have been, and no whole answer came back.
 */
export type OutboundOutcome =
  | { kind: 'answered'; status: number; headers: Record<string, string>; body: string }
  | { kind: 'not_sent' | 'no_answer'; reason: OutboundReason; message: string };

/** Nothing is ever sent twice: repeating is the caller's decision. */
export interface Outbound {
  send(request: OutboundRequest): Promise<OutboundOutcome>;
  /** Ends every connection; for after the last call. */
  close(): void;
}

/** The operator's proxies, as the usual environment variables give them; '' means none. */
export interface ProxySettings {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
}
