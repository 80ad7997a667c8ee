import type { NewIssue } from './sentry-acts.ts';
import type { SeedSentryIssue } from './sentry-seed.ts';
import { SEED_SENTRY_FINDINGS } from './sentry-seed-findings.ts';
import { exception, libraryFrame, ownFrame, UNKNOWN_FRAME } from './sentry-seed-frames.ts';

const CART = ownFrame('checkout/cart.ts', 'computeTotal', 88, [
  'export function computeTotal(cart?: Cart): Money {',
  '  const discount = cart?.discount ?? NONE;',
  '  return subtract(cart.total, discount);',
]);
const DJANGO = [
  libraryFrame('django/core/handlers/exception.py', 'inner', 55),
  libraryFrame('django/core/handlers/base.py', '_get_response', 197),
];

const ERRORS: SeedSentryIssue[] = [
  {
    project: 'shop-web',
    title: "TypeError: Cannot read properties of undefined (reading 'total')",
    culprit: 'checkout/cart.ts in computeTotal',
    metadata: {
      type: 'TypeError',
      value: "Cannot read properties of undefined (reading 'total')",
      filename: 'checkout/cart.ts',
      function: 'computeTotal',
    },
    substatus: 'ongoing',
    assignedTo: 'team:77',
    count: 18_234,
    userCount: 4021,
    firstHoursAgo: 1800,
    lastHoursAgo: 0.2,
    tags: { browser: 'Firefox 145', customer_tier: 'gold' },
    sample: {
      request: { url: 'https://shop.acme.example/cart?token=abc', method: 'GET' },
      exceptions: [
        exception('FetchError', 'GET /v2/cart answered 503', [], null),
        exception('TypeError', "Cannot read properties of undefined (reading 'total')", [
          libraryFrame('node_modules/react-dom/client.js', 'renderWithHooks', 5529),
          UNKNOWN_FRAME,
          ownFrame('checkout/Summary.tsx', 'Summary', 31, [
            'export function Summary() {',
            '  const total = computeTotal(useCart());',
          ]),
          CART,
        ]),
      ],
    },
  },
  {
    project: 'shop-web',
    title: 'ChunkLoadError: Loading chunk 482 failed after a new version was deployed',
    culprit: 'router/lazy.ts in loadPage',
    substatus: 'new',
    priority: 'medium',
    count: 61,
    userCount: 44,
    firstHoursAgo: 7,
    lastHoursAgo: 0.6,
    sample: {
      exceptions: [
        exception('ChunkLoadError', 'Loading chunk 482 failed', [
          ownFrame('router/lazy.ts', 'loadPage', 17, ['  const page = await import(path);']),
        ]),
      ],
    },
  },
  {
    project: 'api',
    title: 'IntegrityError: duplicate key value violates unique constraint "orders_reference_key"',
    culprit: 'orders.views in create_order',
    metadata: {
      type: 'IntegrityError',
      value: 'duplicate key value violates unique constraint "orders_reference_key"',
      filename: 'orders/views.py',
      function: 'create_order',
    },
    substatus: 'escalating',
    count: 132,
    userCount: 57,
    firstHoursAgo: 60,
    lastHoursAgo: 0.4,
    tags: { server_name: 'api-7f9c', transaction: 'POST /v2/orders' },
    sample: {
      request: { url: 'https://api.acme.example/v2/orders', method: 'POST' },
      exceptions: [
        exception('UniqueViolation', 'duplicate key value violates unique constraint "orders_reference_key"', [
          libraryFrame('psycopg/cursor.py', 'execute', 97),
        ]),
        exception('IntegrityError', 'duplicate key value violates unique constraint "orders_reference_key"', [
          ...DJANGO,
          ownFrame('orders/views.py', 'create_order', 142, [
            'def create_order(request):',
            '    order = Order.from_request(request)',
            '    order.save()',
          ]),
        ]),
      ],
    },
  },
  {
    project: 'api',
    title:
      'ConnectionError: payment gateway refused Authorization: Bearer sk_live_51Hq9ZkExampleExample, asked by ana@example.org',
    culprit: 'payments.gateway in charge',
    substatus: 'new',
    assignedTo: 'user:10',
    count: 12,
    userCount: 9,
    firstHoursAgo: 3,
    lastHoursAgo: 0.8,
    sample: {
      exceptions: [
        exception('ConnectionError', 'refused by 10.4.0.17', [
          ...DJANGO,
          ownFrame('payments/gateway.py', 'charge', 63, ['    answer = self.session.post(url, json=order)']),
        ]),
      ],
    },
  },
  {
    project: 'app',
    title: 'EXC_BAD_ACCESS: Attempted to dereference null pointer',
    culprit: 'CartViewController.refresh',
    level: 'fatal',
    platform: 'cocoa',
    substatus: 'ongoing',
    count: 48,
    userCount: 31,
    firstHoursAgo: 400,
    lastHoursAgo: 2,
    sample: {
      exceptions: [
        exception('EXC_BAD_ACCESS', 'Attempted to dereference null pointer', [
          libraryFrame('UIKitCore', '-[UIViewController loadViewIfRequired]', 0),
          ownFrame('CartViewController.swift', 'refresh', 77, ['        table.reloadRows(at: changed!, with: .fade)']),
        ]),
      ],
    },
  },
  {
    project: 'shop-web',
    title: 'ResizeObserver loop completed with undelivered notifications.',
    culprit: null,
    level: 'warning',
    priority: 'low',
    status: 'ignored',
    substatus: 'archived_until_escalating',
    isUnhandled: false,
    count: 5120,
    userCount: 2200,
    firstHoursAgo: 2000,
    lastHoursAgo: 1.2,
  },
  {
    project: 'api',
    title: 'TimeoutError: rates of the bank did not come within 5 s',
    culprit: 'currency.tasks in refresh_rates',
    priority: 'medium',
    status: 'resolved',
    substatus: null,
    count: 26,
    userCount: 0,
    firstHoursAgo: 300,
    lastHoursAgo: 20,
  },
  {
    project: 'etl',
    title: `Batch of the night failed: {"rows":[${Array.from({ length: 1200 }, (_, row) => row + 1).join(',')}],"sql":"INSERT INTO t VALUES (...)"}`,
    culprit: 'etl.jobs.load in run',
    logger: 'etl.jobs',
    level: 'fatal',
    type: 'default',
    metadata: { title: 'Batch of the night failed: {"rows":[1,2,3...' },
    status: 'ignored',
    substatus: 'archived_until_condition_met',
    statusDetails: { ignoreCount: 100, ignoreWindow: 60 },
    count: 1,
    userCount: 0,
    firstHoursAgo: 11,
    lastHoursAgo: 11,
    sample: { message: 'Batch of the night failed, see the rows in the title' },
  },
  {
    project: 'etl',
    title: '<unlabeled event>',
    culprit: '',
    number: null,
    level: 'unknown',
    type: 'default',
    platform: null,
    metadata: {},
    priority: null,
    autoResolved: true,
    substatus: 'ongoing',
    count: 0,
    userCount: 0,
    firstHoursAgo: null,
    lastHoursAgo: null,
  },
];

/** What the sandbox's Sentry knows from the beginning: errors, and what Sentry finds besides. */
export const SEED_SENTRY_ISSUES: readonly SeedSentryIssue[] = [...ERRORS, ...SEED_SENTRY_FINDINGS];

/** What breaks when somebody lets something new break, in turn. */
export const SURPRISES: readonly NewIssue[] = [
  {
    title: 'RangeError: Invalid currency code : EURO',
    culprit: 'checkout/price.ts in formatPrice',
    sample: {
      exceptions: [
        exception('RangeError', 'Invalid currency code : EURO', [
          ownFrame('checkout/price.ts', 'formatPrice', 12, [
            "  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);",
          ]),
        ]),
      ],
    },
  },
  {
    title: 'SyntaxError: Unexpected token < in JSON at position 0',
    culprit: 'api/request.ts in readJson',
    sample: {
      exceptions: [
        exception('SyntaxError', 'Unexpected token < in JSON at position 0', [
          ownFrame('api/request.ts', 'readJson', 40, ['  return JSON.parse(await response.text());']),
        ]),
      ],
    },
  },
  {
    title: 'Error: The gift card was charged twice',
    culprit: 'checkout/giftcard.ts in redeem',
    level: 'fatal',
    sample: {
      exceptions: [
        exception('Error', 'The gift card was charged twice', [
          ownFrame('checkout/giftcard.ts', 'redeem', 55, [
            "  if (charged > 1) throw new Error('The gift card was charged twice');",
          ]),
        ]),
      ],
    },
  },
];
