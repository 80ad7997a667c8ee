import type { FastifyReply } from 'fastify';

export const SESSION_COOKIE = 'throughline_session';

/** Sets or removes the session cookie. Scripts cannot read it; other sites cannot make a browser post with it. */
export function setSessionCookie(
  reply: FastifyReply,
  session: { token: string; expiresAt: Date } | null,
  secure: boolean,
): void {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  if (session === null) void reply.clearCookie(SESSION_COOKIE, options);
  else void reply.setCookie(SESSION_COOKIE, session.token, { ...options, expires: session.expiresAt });
}
