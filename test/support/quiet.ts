import type { Log } from '../../src/lib/log.ts';

const nothing = (): void => undefined;

/** A log for tests that do not look at it. */
export const quiet: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing };
