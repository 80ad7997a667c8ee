import { useState } from 'react';

/** The one-time token of a link's `#token=…`. After the hash, so that it is in no server's log. */
export function useTokenOfLink(): string | null {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token'));
  return token === '' ? null : token;
}
