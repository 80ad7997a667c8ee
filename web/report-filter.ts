import type { ReportFilter } from './api/queries.ts';
import { readFilter } from './filter.ts';
import type { FilterKey } from './filter.ts';

const KEYS = ['state', 'is', 'source', 'label', 'reporter', 'tenant'] as const;

/** Words that `is:` knows, and what each asks of the API. */
const IS: Record<string, ReportFilter> = {
  received: { state: 'pending' },
  checking: { state: 'unknown' },
  filed: { state: 'synced' },
  failed: { state: 'failed' },
  mine: { mine: 'true' },
};

/** Where one comes from: what `source:` knows, its name, and what it asks of the API. */
const SOURCES = [
  { value: 'report', label: 'Reports', source: 'report' },
  { value: 'sentry', label: 'Sentry', source: 'error' },
  { value: 'github', label: 'GitHub', source: 'external' },
] as const;

/** What the text filter of the issues asks of the API. A later word of the same kind wins. */
export function queryOfFilter(text: string): ReportFilter {
  const { values, words } = readFilter(text, KEYS);
  const { state, is, source: from, ...rest } = values;
  const source = SOURCES.find(({ value }) => value === from?.toLowerCase())?.source;
  return {
    ...rest,
    ...IS[is?.toLowerCase() ?? ''],
    ...(source === undefined ? {} : { source }),
    ...(state === 'open' || state === 'closed' ? { issue_state: state } : {}),
    ...(words === '' ? {} : { q: words }),
  };
}

export interface ReportFacets {
  sources: { report: number; external: number; error: number };
  labels: { name: string; count: number }[];
  reporters: { id: string; name: string; count: number }[];
  tenants: { slug: string; name: string; count: number }[];
}

const plain = (values: readonly string[]) => values.map((value) => ({ value, hint: null }));

/** What the filter of the issues offers; the tenant only where there are several. */
export function reportKeys({ labels, reporters, tenants }: Omit<ReportFacets, 'sources'>): FilterKey[] {
  const ofTenant = tenants.map(({ slug, name }) => ({ value: slug, hint: name }));
  return [
    { key: 'state', hint: 'open or closed on GitHub', values: plain(['open', 'closed']) },
    { key: 'is', hint: 'received, checking, filed, failed, …', values: plain(Object.keys(IS)) },
    { key: 'source', hint: 'report, sentry or github', values: plain(SOURCES.map(({ value }) => value)) },
    {
      key: 'label',
      hint: 'a label of the issue',
      values: labels.map(({ name, count }) => ({ value: name, hint: String(count) })),
    },
    { key: 'reporter', hint: 'who reported it', values: reporters.map(({ id, name }) => ({ value: id, hint: name })) },
    ...(tenants.length > 1 ? [{ key: 'tenant', hint: 'whose it is', values: ofTenant }] : []),
  ];
}

/** The menus beside that filter. */
export function reportMenus({ sources, labels, reporters, tenants }: ReportFacets) {
  const ofTenant = tenants.map(({ slug, name, count }) => ({ value: slug, label: name, count }));
  const ofSource = SOURCES.map(({ value, label, source }) => ({ value, label, count: sources[source] }));
  return [
    { key: 'source', name: 'Source', choices: ofSource.filter(({ count }) => count > 0) },
    { key: 'label', name: 'Label', choices: labels.map(({ name, count }) => ({ value: name, label: name, count })) },
    {
      key: 'reporter',
      name: 'Reporter',
      choices: reporters.map(({ id, name, count }) => ({ value: id, label: name, count })),
    },
    { key: 'tenant', name: 'Tenant', choices: tenants.length > 1 ? ofTenant : [] },
  ];
}
