import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createSecureContext, getCACertificates, type SecureContextOptions } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request as undiciRequest } from 'undici';
import { isAddressAllowed, isHostAllowed, isLoopbackHost } from './address.decide.ts';
import { ADDRESS_REFUSED, addressRefused, BODY_TOO_LARGE, explainNetworkError } from './outbound-failure.decide.ts';
import type {
  AddressPolicy,
  Outbound,
  OutboundOutcome,
  OutboundRequest,
  ProxySettings,
  Trust,
} from './outbound.model.ts';

/** Longest wait for a connection, TLS included. Shorter than any call's own time, so that "nothing was sent" can be known. */
const CONNECT_TIMEOUT_MS = 10_000;

/** undici's own retry, redirect and HTTP/2 are never switched on: one `send` is at most one request on the wire. */
export function outboundOver(proxies: ProxySettings): Outbound {
  const dispatchers = new Map<string, Dispatcher>();
  return {
    send: (request) => send(request, proxies, (url) => dispatcherFor(dispatchers, proxies, request, url)),
    close: () => {
      // Not awaited: undici waits for a connection that is just being made, and nobody needs it any more.
      for (const dispatcher of dispatchers.values()) dispatcher.destroy().catch(() => undefined);
      dispatchers.clear();
    },
  };
}

async function send(
  request: OutboundRequest,
  proxies: ProxySettings,
  dispatcherOf: (url: URL) => Dispatcher,
): Promise<OutboundOutcome> {
  const url = URL.parse(request.url);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return { kind: 'not_sent', reason: 'bad_request', message: 'The address is not an http:// or https:// address.' };
  }
  if (!isHostAllowed(url.hostname, request.addresses)) return { kind: 'not_sent', ...addressRefused(url.host) };
  let sent = false;
  const onStart = () => {
    sent = true;
  };
  const { signal, clear } = deadlineAfter(request.timeoutMs);
  try {
    const answer = exchange(request, url, noticingStart(dispatcherOf(url), onStart), signal);
    return await Promise.race([answer, rejectionBy(signal)]);
  } catch (error) {
    const used = isLoopbackHost(url.hostname) ? [] : [proxies.httpProxy, proxies.httpsProxy];
    const call = {
      host: url.host,
      timeoutMs: request.timeoutMs,
      sent,
      ownTrust: request.trust !== undefined,
      proxies: used.filter((proxy) => URL.canParse(proxy)),
    };
    return { kind: sent ? 'no_answer' : 'not_sent', ...explainNetworkError(error, call) };
  } finally {
    clear();
  }
}

/** As AbortSignal.timeout, but it ends with the call: that one lives until the time is over, and each answer with it. */
function deadlineAfter(timeoutMs: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const reason = () => new DOMException('The call took too long.', 'TimeoutError');
  const timer = setTimeout(() => controller.abort(reason()), timeoutMs).unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

async function exchange(
  request: OutboundRequest,
  url: URL,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<OutboundOutcome> {
  const answer = await undiciRequest(url, {
    dispatcher,
    method: request.method,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers },
    body: request.body ?? null,
    reset: isWrite(request),
    signal,
  });
  const headers = flatHeaders(answer.headers);
  const body = await readBody(decompressed(answer.body, headers['content-encoding']), request.bodyBytesMax);
  return { kind: 'answered', status: answer.statusCode, headers, body };
}

/**
 * undici listens to the signal only once a connection stands. Until then it keeps the request, marked as aborted, and drops it
 * before writing, so rejecting here cannot let a request slip out later.
 */
function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * Tells when undici takes the request to a connected socket to write it. Before that moment (look-up, connect, TLS, the proxy's
 * tunnel) nothing of the request has left; after it, anything may have.
 */
function noticingStart(dispatcher: Dispatcher, onStart: () => void): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => {
          onStart();
          handler.onRequestStart?.(controller, context);
        },
        onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (...args) => handler.onResponseError?.(...args),
      }),
  );
}

/**
 * Writes get connections of their own that serve one request: on a kept-alive socket the server may just be closing, a write
 * could fall into it, and nobody would know whether it was read.
 */
function dispatcherFor(
  dispatchers: Map<string, Dispatcher>,
  proxies: ProxySettings,
  request: OutboundRequest,
  url: URL,
): Dispatcher {
  const write = isWrite(request);
  const direct = isLoopbackHost(url.hostname) || (proxies.httpProxy === '' && proxies.httpsProxy === '');
  const key = JSON.stringify([request.addresses, write, direct, request.trust]);
  const dispatcher = dispatchers.get(key) ?? newDispatcher(proxies, request, { write, direct });
  dispatchers.set(key, dispatcher);
  return dispatcher;
}

function newDispatcher(
  proxies: ProxySettings,
  { addresses, trust }: OutboundRequest,
  { write, direct }: { write: boolean; direct: boolean },
): Dispatcher {
  const tls = trust === undefined ? null : tlsOf(trust);
  const options: Agent.Options = {
    connect: { lookup: guardedLookup(addresses), timeout: CONNECT_TIMEOUT_MS, ...tls },
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    pipelining: write ? 0 : 1,
  };
  if (direct) return new Agent(options);
  // Through a tunnel undici takes the options of the target's TLS from elsewhere.
  return new EnvHttpProxyAgent({ ...options, ...proxies, ...(tls !== null && { requestTls: tls }) });
}

/** Made once for many connections: reading all of the system's certificates takes its time. */
function tlsOf({ ca, insecureTls }: Trust) {
  // Node takes `ca` instead of the system's, not besides them.
  const options: SecureContextOptions = ca === null ? {} : { ca: [...getCACertificates('default'), ca] };
  return { secureContext: createSecureContext(options), rejectUnauthorized: !insecureTls };
}

/**
 * The guard sits in the look-up of the connection itself: the addresses judged are the ones connected to, so a name that
 * resolves differently the second time gains nothing.
 */
function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAddressAllowed(address, policy));
      const [first] = allowed;
      if (first === undefined)
        return callback(Object.assign(new Error('address refused'), { code: ADDRESS_REFUSED }), []);
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function decompressed(body: Readable, encoding: string | undefined): Readable {
  const decoder = decoderFor(encoding?.trim().toLowerCase());
  // pipeline passes an error of either side on to the other; the reader of the last stream sees it.
  return decoder === null ? body : pipeline(body, decoder, () => undefined);
}

function decoderFor(encoding: string | undefined) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  return null;
}

async function readBody(body: Readable, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw Object.assign(new Error('body too large'), { code: BODY_TOO_LARGE });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function isWrite(request: OutboundRequest): boolean {
  return request.method !== 'GET';
}
