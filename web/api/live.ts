import type { LiveEvent } from '../../src/contract/events.ts';

export type LiveState = 'connected' | 'interrupted';

const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 30_000;

/**
 * Listens to what changes elsewhere. Reconnects by itself, also where the browser gives up (an answer that is not 200).
 * `onState('connected')` after an interruption means: ask for everything again, events were missed.
 */
export function listenLive(onEvent: (event: LiveEvent) => void, onState: (state: LiveState) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = RETRY_FIRST_MS;
  const open = () => {
    source = new EventSource('/api/v1/events');
    source.addEventListener('open', () => {
      delayMs = RETRY_FIRST_MS;
      onState('connected');
    });
    source.addEventListener('message', (message: MessageEvent<string>) => {
      const event = parseEvent(message.data);
      if (event !== null) onEvent(event);
    });
    source.addEventListener('error', () => {
      onState('interrupted');
      source?.close();
      timer = setTimeout(open, delayMs);
      delayMs = Math.min(delayMs * 2, RETRY_MAX_MS);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function parseEvent(text: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    const known = typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
    return known ? (value as LiveEvent) : null;
  } catch {
    // a comment or another's event: nothing to do
    return null;
  }
}
