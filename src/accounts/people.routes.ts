import type { AccountsCtx } from './accounts.model.ts';
import { changePerson, inviteAgain, invitePerson, listPeople } from './people.ts';
import type { Handlers } from './routes.model.ts';

/** Answers the routes about the people of a tenant. */
export function peopleHandlers(
  ctx: AccountsCtx,
): Pick<Handlers, 'listAccounts' | 'createAccount' | 'changeAccount' | 'inviteAgain'> {
  return {
    listAccounts: async ({ principal }) => ({ items: await listPeople(ctx, principal) }),
    createAccount: ({ principal }, { body }) => invitePerson(ctx, principal, body),
    changeAccount: ({ principal }, { params, body }) => changePerson(ctx, principal, params.id, body),
    inviteAgain: ({ principal }, { params }) => inviteAgain(ctx, principal, params.id),
  };
}
