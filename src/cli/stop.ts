/** How long an orderly stop may take before the process ends all the same: what was under way is looked up at the next start. */
const STOP_MS_MAX = 40_000;

/** Waits for Ctrl-C or SIGTERM, then stops in order. A second Ctrl-C ends at once; nothing is lost by it. */
export async function untilStopped(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  console.log('Stopping: requests and filings under way are finished first. Ctrl-C again ends at once.');
  process.once('SIGINT', () => process.exit(130));
  const limit = setTimeout(() => process.exit(1), STOP_MS_MAX);
  await stop();
  clearTimeout(limit);
}
