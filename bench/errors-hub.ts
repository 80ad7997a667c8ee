/*
 * A hub as `serve` starts it, but without the polite pace towards Sentry: what is measured is the hub, not its patience.
 */
import { readConfig } from '../src/config.ts';
import { serve } from '../src/cli/serve.ts';
import { untilStopped } from '../src/cli/stop.ts';

const { hub, ...served } = await serve(readConfig(process.env));
Object.assign(hub.ctx, { sentryCallsPerSecond: Infinity });
await untilStopped(async () => served.stop());
