import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';

import { ApiError } from './api/errors.ts';
import { queryClient, sessionQuery } from './api/queries.ts';
import { AdminOnly, PageError, PageMissing, PageMissingAlone, PagePending } from './components/PageStates.tsx';
import { errorRoutes, sentryRoutes } from './error-routes.tsx';
import { mirrorRoutes } from './mirror-routes.tsx';
import { paths } from './paths.ts';
import { expectHeading, focusHeading } from './ui/heading-focus.ts';

/** The map of the pages: address, who may open it, and the file that draws it. Each page is loaded when it is opened. */
const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: PageMissingAlone });

/** A search parameter that is text, or not there. */
function textSearch<Key extends string>(...keys: Key[]) {
  return (search: Record<string, unknown>): Partial<Record<Key, string>> => {
    const given = keys.flatMap((key) =>
      typeof search[key] === 'string' && search[key] !== '' ? [[key, search[key]]] : [],
    );
    return Object.fromEntries(given) as Partial<Record<Key, string>>;
  };
}

const shell = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ href: paths.signIn(location.href), replace: true });
      throw error;
    });
    return { session };
  },
  component: lazyRouteComponent(() => import('./components/Shell.tsx'), 'Shell'),
});

const admin = createRoute({
  getParentRoute: () => shell,
  id: 'admin',
  component: AdminOnly,
});

const settings = createRoute({
  getParentRoute: () => admin,
  path: '/settings',
  component: lazyRouteComponent(() => import('./components/SettingsFrame.tsx'), 'SettingsFrame'),
});

const publicPages = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: textSearch('next'),
    component: lazyRouteComponent(() => import('./pages/SignInPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/setup',
    component: lazyRouteComponent(() => import('./pages/SetUpPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/password',
    component: lazyRouteComponent(() => import('./pages/PasswordPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/link',
    component: lazyRouteComponent(() => import('./pages/LinkPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/docs',
    component: lazyRouteComponent(() => import('./pages/DocsPage.tsx')),
  }),
];

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ href: context.session.role === 'reporter' ? paths.report() : paths.issues(), replace: true });
  },
});

const onePageSearch = textSearch('edit');
const reporterPages = [
  createRoute({
    getParentRoute: () => shell,
    path: '/report',
    validateSearch: textSearch('sent', 'from', 'version', 'title'),
    component: lazyRouteComponent(() => import('./pages/ReportPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/reports',
    component: lazyRouteComponent(() => import('./pages/MyIssuesPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/reports/$id',
    validateSearch: onePageSearch,
    component: lazyRouteComponent(() => import('./pages/IssuePage.tsx'), 'MyIssuePage'),
  }),
];

const adminPages = [
  createRoute({
    getParentRoute: () => admin,
    path: '/issues',
    validateSearch: textSearch('q'),
    component: lazyRouteComponent(() => import('./pages/IssuesPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/issues/$id',
    validateSearch: onePageSearch,
    component: lazyRouteComponent(() => import('./pages/IssuePage.tsx'), 'AnyIssuePage'),
  }),
  ...mirrorRoutes(admin, textSearch('q')),
  ...errorRoutes(admin, textSearch('q')),
];

const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    beforeLoad: () => {
      throw redirect({ href: paths.github(), replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/github',
    component: lazyRouteComponent(() => import('./pages/settings/GithubPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/github/new',
    validateSearch: textSearch('app', 'at', 'installation'),
    component: lazyRouteComponent(() => import('./pages/settings/GithubNewPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/github-app',
    validateSearch: textSearch('code', 'state'),
    component: lazyRouteComponent(() => import('./pages/settings/GithubAppPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/github/$id',
    component: lazyRouteComponent(() => import('./pages/settings/GithubConnectionPage.tsx')),
  }),
  ...sentryRoutes(settings),
  createRoute({
    getParentRoute: () => settings,
    path: '/people',
    component: lazyRouteComponent(() => import('./pages/settings/PeoplePage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    component: lazyRouteComponent(() => import('./pages/settings/KeysPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/tenant',
    component: lazyRouteComponent(() => import('./pages/settings/TenantPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/tenants',
    component: lazyRouteComponent(() => import('./pages/settings/TenantsPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    component: lazyRouteComponent(() => import('./pages/settings/AuditPage.tsx')),
  }),
];

const routeTree = rootRoute.addChildren([
  ...publicPages,
  shell.addChildren([home, ...reporterPages, admin.addChildren([...adminPages, settings.addChildren(settingsPages)])]),
]);

export const router = createRouter({
  routeTree,
  // search values are the plain text that a person sees in the address
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
  defaultPendingComponent: PagePending,
  defaultPendingMs: 300,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageMissing,
  scrollRestoration: true,
  defaultPreload: 'intent',
});

router.subscribe('onBeforeLoad', ({ pathChanged, fromLocation }) => {
  if (pathChanged && fromLocation !== undefined) expectHeading();
});
router.subscribe('onRendered', focusHeading);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
