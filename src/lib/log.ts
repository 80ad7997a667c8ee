/**
 * What a capability may log. `error`: a person must act now; `warn`: healed itself or will; `info`: one line per completed
 * unit of work. The message is static, what varies are fields; never user content, never a token.
 */
export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
