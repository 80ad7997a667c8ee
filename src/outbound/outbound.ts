import { outboundOver } from './outbound.client.ts';
import type { Outbound, ProxySettings } from './outbound.model.ts';

/**
 * The one way HTTP leaves this house. Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY (never used for this machine
 * itself), own authorities from NODE_EXTRA_CA_CERTS (read by Node at start).
 */
export function openOutbound(env: Record<string, string | undefined>): Outbound {
  return outboundOver(proxySettingsFrom(env));
}

/** The proxies that `openOutbound` would use; lower case first, as curl and undici do. They may hold a password. */
export function proxySettingsFrom(env: Record<string, string | undefined>): ProxySettings {
  return {
    httpProxy: proxyUrl(env['http_proxy'] ?? env['HTTP_PROXY']),
    httpsProxy: proxyUrl(env['https_proxy'] ?? env['HTTPS_PROXY']),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
}

// A bare proxy:3128 is common and curl takes it as http.
function proxyUrl(text = ''): string {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.includes('://') ? trimmed : `http://${trimmed}`;
}
