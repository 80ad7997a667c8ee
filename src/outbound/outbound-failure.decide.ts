import type { OutboundReason } from './outbound.model.ts';

/** Marks errors made here, so that they are told from those of Node and undici. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';
export const BODY_TOO_LARGE = 'BODY_TOO_LARGE';

const UNTRUSTED_CODES = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

const UNROUTABLE_CODES = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const RESET_CODES = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const PROXY_CODES = new Set(['UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS']);

/** What the sentences need to know of the call that failed. `timeoutMs` is the caller's. */
interface FailedCall {
  host: string;
  timeoutMs: number;
  sent: boolean;
  /** The caller has a place for certificates that are trusted besides the system's. */
  ownTrust: boolean;
  /** The proxies of this machine, each as a URL; empty when the call goes without. */
  proxies: string[];
}

/** Turns an error of the network layer into a reason and one plain sentence for the person who can mend it. Never quotes a header. */
export function explainNetworkError(error: unknown, call: FailedCall): { reason: OutboundReason; message: string } {
  const code = codeOf(error);
  return (
    explainOwn(code, call) ??
    explainCertificate(code, call) ??
    explainProxy(error, code, call) ??
    explainTimeout(error, code, call) ??
    explainConnection(code, call.host)
  );
}

type Explanation = { reason: OutboundReason; message: string };

function explainOwn(code: string, { host }: FailedCall): Explanation | null {
  if (code === ADDRESS_REFUSED) return addressRefused(host);
  if (code === BODY_TOO_LARGE) {
    return {
      reason: 'too_large',
      message: `The answer of ${host} is larger than Throughline reads, so it was dropped.`,
    };
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return {
      reason: 'bad_request',
      message:
        'The request could not be written: the address or the token holds characters that are not allowed there.',
    };
  }
  return null;
}

/** The sentence for an address that the guard refuses, before or after the name was looked up. */
export function addressRefused(host: string): Explanation {
  return {
    reason: 'address_refused',
    message: `${host} is, or leads to, an address inside the network or of this machine. Throughline calls such addresses only when the operator allows it.`,
  };
}

function explainCertificate(code: string, { host, ownTrust }: FailedCall): Explanation | null {
  if (UNTRUSTED_CODES.has(code)) {
    const own = ownTrust
      ? "put the authority's certificate into the connection"
      : "put the authority's certificate in a file and start Throughline with NODE_EXTRA_CA_CERTS naming that file";
    return {
      reason: 'certificate',
      message: `The certificate of ${host} is not trusted. If your own authority signed it, ${own}.`,
    };
  }
  if (code === 'CERT_HAS_EXPIRED')
    return {
      reason: 'certificate',
      message: `The certificate of ${host} has expired. Renew it there, or check the clock here.`,
    };
  if (code === 'CERT_NOT_YET_VALID')
    return { reason: 'certificate', message: `The certificate of ${host} is not valid yet. Check the clock here.` };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      reason: 'certificate',
      message: `The certificate at ${host} was made for another name. Check the address, or have the certificate made for ${host}.`,
    };
  }
  if (code.startsWith('CERT_'))
    return { reason: 'certificate', message: `The certificate of ${host} cannot be used (${code}).` };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return {
      reason: 'tls',
      message: `${host} does not answer with a secure connection that Throughline understands. Check that the address and port speak HTTPS.`,
    };
  }
  return null;
}

function explainProxy(error: unknown, code: string, call: FailedCall): Explanation | null {
  // undici tells a refused tunnel only by its message.
  const refusedTunnel = /^Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : '');
  if (refusedTunnel !== null) {
    const why = refusedTunnel[1] === '407' ? 'wants a user name and password' : `answered ${refusedTunnel[1]}`;
    return {
      reason: 'proxy',
      message: `The proxy did not let the call to ${call.host} through: it ${why}. Check HTTPS_PROXY and NO_PROXY.`,
    };
  }
  if (code === 'ERR_INVALID_URL') {
    return { reason: 'proxy', message: 'HTTPS_PROXY or HTTP_PROXY does not hold an address as http://proxy:3128.' };
  }
  if (PROXY_CODES.has(code) || (!call.sent && call.proxies.some((proxy) => isAbout(error, proxy)))) {
    return {
      reason: 'proxy',
      message: `The proxy for ${call.host} cannot be reached (${code}). Check HTTPS_PROXY and NO_PROXY.`,
    };
  }
  return null;
}

function explainTimeout(error: unknown, code: string, { host, timeoutMs, sent }: FailedCall): Explanation | null {
  const timedOut = TIMEOUT_CODES.has(code) || (error instanceof Error && error.name === 'TimeoutError');
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' || (timedOut && !sent)) {
    return {
      reason: 'connect_timeout',
      message: `${host} could not be reached in time. Check the address, the firewall and whether a proxy is needed.`,
    };
  }
  if (timedOut)
    return { reason: 'timeout', message: `${host} did not answer within ${Math.round(timeoutMs / 100) / 10} seconds.` };
  return null;
}

function explainConnection(code: string, host: string): Explanation {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return {
      reason: 'dns',
      message: `The name ${host} cannot be looked up. Check its spelling and the DNS of this machine.`,
    };
  }
  if (code === 'ECONNREFUSED')
    return {
      reason: 'refused',
      message: `${host} refused the connection. Check the address and port, and that the server there is running.`,
    };
  if (UNROUTABLE_CODES.has(code))
    return { reason: 'network', message: `There is no way from this machine to ${host} (${code}).` };
  if (RESET_CODES.has(code))
    return { reason: 'reset', message: `The connection to ${host} broke off before the whole answer came.` };
  return { reason: 'network', message: `The call to ${host} failed (${code === '' ? 'no reason given' : code}).` };
}

/** True when this connection error names the proxy and not the host behind it. */
function isAbout(error: unknown, proxy: string): boolean {
  const { hostname, port, protocol } = new URL(proxy);
  const failed = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(failed instanceof Error)) return false;
  if ('hostname' in failed) return failed.hostname === hostname;
  const proxyPort = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return 'port' in failed && failed.port === proxyPort;
}

/** The code of an error or of what caused it. Tried addresses of a name come as one AggregateError. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}
