import pino from 'pino';

import type { LogLevel } from '../config.ts';
import type { Log } from '../lib/log.ts';

/** JSON logs on stderr, so that stdout stays for what a command answers. */
export function openLogger(level: LogLevel): pino.Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** The house's log over pino. */
export function logOver(logger: pino.Logger): Log {
  return {
    error: (fields, message) => logger.error(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    info: (fields, message) => logger.info(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
  };
}
