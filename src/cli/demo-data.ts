import { changeConnection, connectionsOf } from '../connections/connections.ts';
import { changeTenant, ensureFirstTenant } from '../tenants/tenants.ts';
import { ensureAccount } from '../accounts/accounts.ts';
import { filingOf, templateError } from '../filing/filing.ts';
import { ReportDraft } from '../contract/reports.ts';
import { submitReport } from '../reports/reports.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import { actOnSandbox } from '../sandbox/sandbox.ts';
import type { Hub } from './hub.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { SandboxWorld } from '../sandbox/sandbox.model.ts';
import type { Tenant } from '../contract/people.ts';

const APP: Principal = { ...SYSTEM, role: 'admin', actor: 'api_key:demo', name: 'Acme Webshop' };
const FILED_WITHIN_MS = 20_000;

interface DemoReport {
  title: string;
  description: string;
  severity?: 'low' | 'medium' | 'high' | 'critical';
  tags: string[];
  reporter: { id: string; email: string; name: string };
  context: Record<string, string>;
  transcript?: string;
  fate: 'open' | 'in progress' | 'completed' | 'not planned' | 'refused';
}

const MARA = { id: 'mara', email: 'mara.lind@acme.example', name: 'Mara Lind' };
const JONAS = { id: 'jonas', email: 'jonas.weber@acme.example', name: 'Jonas Weber' };
const PRIYA = { id: 'priya', email: 'priya.nair@acme.example', name: 'Priya Nair' };
const page = (path: string) => ({
  Page: `https://shop.acme.example${path}`,
  'App version': '4.12.1',
  Browser: 'Firefox 145 on Linux',
});

const REPORTS: DemoReport[] = [
  {
    title: 'Discount code is not applied when the cart has a gift card',
    description:
      'I put a gift card and two books into the cart and entered `AUTUMN10`.\n\n1. The code is accepted\n2. The total stays the same\n\nWithout the gift card it works.',
    severity: 'high',
    tags: ['checkout'],
    reporter: MARA,
    context: page('/cart'),
    transcript:
      'Mara: The code does nothing.\nSupport: Could you remove the gift card and try again?\nMara: Now it works. But I want both.',
    fate: 'in progress',
  },
  {
    title: 'Export of orders is empty for October',
    description: 'The CSV has only its header. September is fine.',
    severity: 'medium',
    tags: ['export'],
    reporter: JONAS,
    context: page('/orders/export'),
    fate: 'completed',
  },
  {
    title: 'Search finds nothing for words with an umlaut',
    description: '"Müsli" finds nothing, "Musli" finds seven products.',
    severity: 'low',
    tags: ['search'],
    reporter: JONAS,
    context: page('/search?q=M%C3%BCsli'),
    fate: 'open',
  },
  {
    title: 'Please add a night mode to the warehouse screens',
    description: 'The screens are very bright in the evening.',
    tags: ['warehouse'],
    reporter: PRIYA,
    context: page('/warehouse'),
    fate: 'not planned',
  },
  {
    title: 'Payment page hangs after 3-D Secure',
    description: "After the bank's page I come back to a blank page. The order was placed all the same.",
    severity: 'critical',
    tags: ['checkout', 'payment'],
    reporter: PRIYA,
    context: page('/checkout/return'),
    fate: 'open',
  },
  {
    title: 'The address book forgets the second line',
    description: 'Company addresses lose their second line on saving.',
    severity: 'medium',
    tags: ['account'],
    reporter: MARA,
    context: page('/account/addresses'),
    fate: 'refused',
  },
];

/** Fills a new demo: people, reports that go through the real circle, and what became of them. Returns the account to sign in as. */
export async function ensureDemoData(hub: Hub, world: SandboxWorld): Promise<string> {
  const { ctx } = hub;
  const tenant = await ensureFirstTenant(ctx);
  const admin = await ensureAccount(ctx, {
    email: 'dana@acme.example',
    name: 'Dana Demo',
    systemAdmin: true,
    memberships: [{ tenantId: tenant.id, role: 'admin' }],
  });
  if (tenant.name === 'Acme') return admin.id;
  const [connection] = await connectionsOf(ctx.sql, tenant.id);
  if (connection === undefined) throw new Error('the demo has no connection');
  await changeConnection(ctx, { templateError }, SYSTEM, connection, {
    import_external: true,
    default_labels: ['from-users'],
  });
  const acme = await changeTenant(ctx, SYSTEM, tenant.id, { name: 'Acme', title_prefix: 'acme' });
  for (const report of REPORTS) await submitWithFate(hub, world, acme, report);
  return admin.id;
}

async function submitWithFate(hub: Hub, world: SandboxWorld, tenant: Tenant, report: DemoReport): Promise<void> {
  const act = actOnSandbox(world);
  if (report.fate === 'refused') act.setIssues(false);
  const { fate, transcript, severity, ...rest } = report;
  const draft = ReportDraft.parse({
    ...rest,
    ...(severity === undefined ? {} : { severity }),
    ...(transcript === undefined ? {} : { conversation: { id: 'chat-2291', transcript } }),
  });
  const { id } = await submitReport(hub.ctx, APP, tenant, draft, null);
  const isFiled = await settled(hub, id);
  act.setIssues(true);
  if (isFiled) act.give(report.title, fate);
}

async function settled(hub: Hub, reportId: string): Promise<boolean> {
  const until = Date.now() + FILED_WITHIN_MS;
  while (Date.now() < until) {
    const filing = await filingOf(hub.ctx.sql, 'report', reportId);
    if (filing?.state === 'failed') return false;
    if (filing?.state === 'synced') return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the demo's reports were not filed; the log says why");
}
