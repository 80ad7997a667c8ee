/** Pages that tools ask for without saying that they want HTML. */
const PAGES = new Set(['/', '/docs']);

/** Whether an address no route has is one of the web app's pages. Programs, missing files and the API get a 404 instead. */
export function isPage(request: { method: string; url: string; accept: string | undefined }): boolean {
  const path = request.url.split('?')[0] ?? '';
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (path.startsWith('/api/') || path.startsWith('/assets/')) return false;
  return PAGES.has(path) || (request.accept ?? '').includes('text/html');
}
