const PATIENCE_MS = 60_000;
const ASK_MS_MIN = 10;
const ASK_MS_MAX = 80;

/** Asks until the answer is good, often at first; fails after a minute with the last one in words. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isGood: (value: T) => boolean,
  words: (value: T) => string,
): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (let pauseMs = ASK_MS_MIN; ; pauseMs = Math.min(ASK_MS_MAX, pauseMs * 1.3)) {
    const value = await ask();
    if (isGood(value)) return value;
    if (Date.now() > until) throw new Error(words(value));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
