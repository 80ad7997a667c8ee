import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';

import { paths } from './paths.ts';

type Search = (search: Record<string, unknown>) => { q?: string };

/** The map of the mirror's pages, for admins: repositories, and the health of what reads them. `filter` lets `?q=` through. */
export function mirrorRoutes(admin: AnyRoute, filter: Search) {
  const repository = createRoute({
    getParentRoute: () => admin,
    path: '/repositories/$owner/$name',
    component: lazyRouteComponent(() => import('./pages/repositories/RepositoryFrame.tsx'), 'RepositoryFrame'),
  });
  const health = createRoute({
    getParentRoute: () => admin,
    path: '/health',
    component: lazyRouteComponent(() => import('./components/HealthFrame.tsx'), 'HealthFrame'),
  });
  return [
    createRoute({
      getParentRoute: () => admin,
      path: '/repositories',
      validateSearch: filter,
      component: lazyRouteComponent(() => import('./pages/repositories/RepositoriesPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/repositories/track',
      validateSearch: filter,
      component: lazyRouteComponent(() => import('./pages/repositories/TrackPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/repositories/$owner/$name/issues/$number',
      component: lazyRouteComponent(() => import('./pages/repositories/MirroredIssuePage.tsx')),
    }),
    createRoute({
      getParentRoute: () => admin,
      path: '/repositories/$owner/$name/pulls/$number',
      component: lazyRouteComponent(() => import('./pages/repositories/MirroredPullPage.tsx')),
    }),
    repository.addChildren(repositoryTabs(repository, filter)),
    health.addChildren(healthPages(health, filter)),
  ];
}

function repositoryTabs(repository: AnyRoute, filter: Search) {
  const tab = (path: string, component: Parameters<typeof lazyRouteComponent>[0]) =>
    createRoute({
      getParentRoute: () => repository,
      path,
      validateSearch: filter,
      component: lazyRouteComponent(component),
    });
  return [
    createRoute({
      getParentRoute: () => repository,
      path: '/',
      beforeLoad: ({ location }) => {
        const [owner = '', name = ''] = location.pathname.split('/').slice(2).map(decodeURIComponent);
        throw redirect({ href: paths.repositoryTab(`${owner}/${name}`, 'issues'), replace: true });
      },
    }),
    tab('/issues', () => import('./pages/repositories/IssuesTab.tsx')),
    tab('/pulls', () => import('./pages/repositories/PullsTab.tsx')),
    tab('/branches', () => import('./pages/repositories/BranchesTab.tsx')),
    tab('/people', () => import('./pages/repositories/PeopleTab.tsx')),
    tab('/activity', () => import('./pages/repositories/ActivityTab.tsx')),
    tab('/webhooks', () => import('./pages/repositories/WebhooksTab.tsx')),
    tab('/runs', () => import('./pages/repositories/RunsTab.tsx')),
  ];
}

function healthPages(health: AnyRoute, filter: Search) {
  return [
    createRoute({
      getParentRoute: () => health,
      path: '/',
      component: lazyRouteComponent(() => import('./pages/HealthPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => health,
      path: '/deliveries',
      validateSearch: filter,
      component: lazyRouteComponent(() => import('./pages/DeliveriesPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => health,
      path: '/deliveries/$id',
      component: lazyRouteComponent(() => import('./pages/DeliveryPage.tsx')),
    }),
    createRoute({
      getParentRoute: () => health,
      path: '/budgets',
      component: lazyRouteComponent(() => import('./pages/BudgetsPage.tsx')),
    }),
  ];
}
