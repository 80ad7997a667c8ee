/**
 * PostgreSQL is shutting down, starting, crashed or has no connection free (class 57P, 53300, class 08).
 * Source: PostgreSQL manual, appendix A.
 */
const AWAY = new Set(['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006']);
/** Calls on the database's socket, the only one an HTTP request waits for. */
const SOCKET_CALLS = new Set(['connect', 'read', 'write']);
const DISK_FULL = new Set(['53100', 'ENOSPC']);
/** pg gives these no code. */
const AWAY_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
];

/** Whether the error means that the database cannot be reached now. */
export function isDatabaseAway(error: Error): boolean {
  if ('syscall' in error && typeof error.syscall === 'string' && SOCKET_CALLS.has(error.syscall)) return true;
  return AWAY.has(codeOf(error)) || AWAY_MESSAGES.some((message) => error.message.startsWith(message));
}

export function isDiskFull(error: Error): boolean {
  return DISK_FULL.has(codeOf(error));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
