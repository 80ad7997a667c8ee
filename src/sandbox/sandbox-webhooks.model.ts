/** A hook as it is kept; its secret never leaves by the API. */
export interface SandboxWebhook {
  id: number;
  active: boolean;
  /** Names of events; `*` hears all. */
  events: string[];
  url: string;
  contentType: 'json' | 'form';
  secret: string | null;
  insecureSsl: '0' | '1';
  lastResponse: { code: number | null; status: string; message: string | null };
  createdAt: string;
  updatedAt: string;
}

/** Whose hook it is: GitHub tells it in `X-GitHub-Hook-Installation-Target-Type` and `-ID`. */
export interface SandboxHookTarget {
  type: 'repository' | 'organization' | 'integration';
  id: number;
}

/** One POST to a hook, as GitHub's log of deliveries keeps it. */
export interface SandboxDelivery {
  id: number;
  hookId: number;
  target: SandboxHookTarget;
  /** The same for all hooks that hear the same event, and for a redelivery. */
  guid: string;
  event: string;
  action: string | null;
  redelivery: boolean;
  deliveredAt: string;
  repositoryId: number | null;
  installationId: number | null;
  /** Where it was sent. */
  url: string;
  requestHeaders: Record<string, string>;
  payload: object;
  /** Seconds. */
  duration: number;
  /** `OK`, or why it failed; `pending` until the answer is there. */
  status: string;
  /** 0 when nobody answered. */
  statusCode: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** How a delivery goes wrong. */
export interface SandboxDeliveryPlan {
  /** How often it is sent: 0 loses it (the log says that it failed). */
  copies: number;
  delayMs: number;
  /** Held back until the next delivery of the same hook was answered. */
  afterNext: boolean;
  /** Only this share (0..1) of the body is sent, under the signature of the whole. */
  cutAt: number | null;
}
