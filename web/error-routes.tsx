import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';

type Search = (search: Record<string, unknown>) => { q?: string };

/** The map of the errors' pages, for admins. `filter` lets `?q=` through. */
export function errorRoutes(admin: AnyRoute, filter: Search) {
  const lists = createRoute({
    getParentRoute: () => admin,
    id: 'error-lists',
    component: lazyRouteComponent(() => import('./components/ErrorsFrame.tsx'), 'ErrorsFrame'),
  });
  return [
    lists.addChildren([
      createRoute({
        getParentRoute: () => lists,
        path: '/errors',
        validateSearch: filter,
        component: lazyRouteComponent(() => import('./pages/errors/ErrorsPage.tsx')),
      }),
      createRoute({
        getParentRoute: () => lists,
        path: '/errors/rules',
        component: lazyRouteComponent(() => import('./pages/errors/RulesPage.tsx')),
      }),
      createRoute({
        getParentRoute: () => lists,
        path: '/errors/undo',
        validateSearch: texts('rule', 'since', 'until'),
        component: lazyRouteComponent(() => import('./pages/errors/UndoPage.tsx')),
      }),
    ]),
    createRoute({
      getParentRoute: () => admin,
      path: '/errors/undo/$id',
      validateSearch: texts('state'),
      component: lazyRouteComponent(() => import('./pages/errors/UndoRunPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/errors/rules/new',
      component: lazyRouteComponent(() => import('./pages/errors/RuleNewPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/errors/rules/$id',
      component: lazyRouteComponent(() => import('./pages/errors/RulePage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/errors/$id',
      component: lazyRouteComponent(() => import('./pages/errors/ErrorPage.tsx')),
    }),
  ];
}

/** Lets those parts of an address through that are texts. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>) =>
    Object.fromEntries(names.flatMap((name) => (typeof search[name] === 'string' ? [[name, search[name]]] : []))) as {
      [N in Name]?: string;
    };
}

/** The settings of Sentry connections. */
export function sentryRoutes(settings: AnyRoute) {
  return [
    createRoute({
      getParentRoute: () => settings,
      path: '/sentry',
      component: lazyRouteComponent(() => import('./pages/settings/SentryPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/sentry/new',
      component: lazyRouteComponent(() => import('./pages/settings/SentryNewPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/sentry/$id',
      component: lazyRouteComponent(() => import('./pages/settings/SentryConnectionPage.tsx')),
    }),
  ];
}
