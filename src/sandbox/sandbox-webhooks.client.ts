/** What a hook's server said, or why nobody answered. */
export type HookAnswer =
  | { answered: true; status: number; headers: Record<string, string>; body: string }
  | { answered: false; why: 'timed out' | 'failed to connect to host' };

const TIMEOUT_MS = 10_000;
const ANSWER_LENGTH_MAX = 64 * 1024;

/** Sends one delivery: 10 seconds, no redirects, never a second time. The sandbox reaches nothing but this machine. */
export async function postDelivery(
  url: string,
  sent: { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> },
  stop: AbortSignal,
): Promise<HookAnswer> {
  if (!isLoopback(url)) return { answered: false, why: 'failed to connect to host' };
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([timeout, stop]),
      headers: sent.headers,
      body: sent.body,
    });
    const body = (await response.text()).slice(0, ANSWER_LENGTH_MAX);
    return { answered: true, status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch {
    return { answered: false, why: timeout.aborted ? 'timed out' : 'failed to connect to host' };
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
