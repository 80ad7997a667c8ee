import * as apps from './apps.ts';

/** A GitHub App made with one click, and where it is installed. */
export const APP_ROUTES = {
  beginApp: {
    method: 'POST',
    path: '/connections/app-manifest',
    role: 'admin',
    tag: 'connections',
    summary: 'What the browser posts to GitHub to make an App',
    status: 200,
    body: apps.AppManifestRequest,
    answer: apps.AppManifest,
  },
  makeApp: {
    method: 'POST',
    path: '/connections/app',
    role: 'admin',
    tag: 'connections',
    summary: 'Take over the App that GitHub made: once for a code',
    status: 201,
    body: apps.AppCode,
    answer: apps.App,
  },
  listApps: {
    method: 'GET',
    path: '/connections/app/installations',
    role: 'admin',
    tag: 'connections',
    summary: 'Apps made here, and where they are installed',
    status: 200,
    answer: apps.AppsAnswer,
  },
} as const;
