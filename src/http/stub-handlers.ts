import { ROUTES } from '../contract/routes.ts';
import type { Handlers } from '../accounts/routes.model.ts';

/** Handlers for every route that all refuse to work: for what needs the routes but calls none, as the OpenAPI document. */
export function stubHandlers(): Handlers {
  const stub = async () => {
    throw new Error('this handler answers nothing');
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each key of ROUTES, which is what Handlers lists
  return Object.fromEntries(Object.keys(ROUTES).map((name) => [name, stub])) as unknown as Handlers;
}
