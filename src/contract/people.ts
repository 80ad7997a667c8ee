import { z } from 'zod';

/** What a person or program may do. `public` routes need nobody; each role may do what the ones before it may. */
export const ROLES = ['public', 'reporter', 'admin', 'system_admin'] as const;
export type Role = (typeof ROLES)[number];

export const Tenant = z.object({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  title_prefix: z.string().describe('Put before every title on GitHub, as in "[acme] …". Empty: none.'),
});
export type Tenant = z.infer<typeof Tenant>;

export const TenantDraft = z.object({
  slug: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,38}$/u,
      'Use 1 to 39 lower-case letters, digits and hyphens, not starting with a hyphen.',
    ),
  name: z.string().trim().min(1).max(200),
  title_prefix: z.string().trim().max(60).default(''),
});

export const TenantChange = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  title_prefix: z.string().trim().max(60).optional(),
});

/** Who is signed in, and what their navigation may show. */
export const SessionView = z.object({
  account: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }),
  role: z.enum(['reporter', 'admin', 'system_admin']),
  tenant: Tenant.nullable(),
  tenants: z.array(Tenant).describe('Those the person may switch to.'),
  set_up: z.object({
    connection: z.boolean().describe('Whether the tenant has a GitHub connection that reports can go to.'),
  }),
});
export type SessionView = z.infer<typeof SessionView>;

export const SignIn = z.object({ email: z.string().trim().min(3).max(254), password: z.string().min(1).max(1000) });
export const SwitchTenant = z.object({ tenant_id: z.uuid() });

export const PASSWORD_LENGTH_MIN = 10;
const Password = z.string().min(PASSWORD_LENGTH_MIN, `Use at least ${PASSWORD_LENGTH_MIN} characters.`).max(1000);
const Email = z.email('Write an e-mail address like name@example.com.').max(254);
const PersonName = z.string().trim().min(1, 'Write a name.').max(200);

/** First run: the one-time link the server printed makes the first system admin. */
export const SetUp = z.object({
  token: z.string().min(1).max(200),
  email: Email,
  name: PersonName,
  password: Password,
  tenant_name: z.string().trim().min(1).max(200).optional().describe('Renames the first tenant.'),
});
/** Using an invitation or a password reset link. */
export const SetPassword = z.object({ token: z.string().min(1).max(200), password: Password });
/** Opening a signed-in link, as the demo prints. */
export const UseLink = z.object({ token: z.string().min(1).max(200) });

export const Account = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['reporter', 'admin', 'system_admin']),
  disabled: z.boolean(),
  has_password: z.boolean(),
  created_at: z.iso.datetime(),
});
export const AccountDraft = z.object({
  email: Email,
  name: PersonName,
  role: z.enum(['reporter', 'admin']).default('reporter'),
});
export const AccountInvited = Account.extend({
  link: z.string().describe('Opens once, within 7 days: give it to the person, who sets a password there.'),
});
export const AccountChange = z.object({
  name: PersonName.optional(),
  role: z.enum(['reporter', 'admin']).optional(),
  disabled: z.boolean().optional(),
});

export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  key_start: z.string(),
  role: z.enum(['reporter', 'admin', 'system_admin']),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime().nullable(),
});
export const ApiKeyDraft = z.object({
  name: z.string().trim().min(1).max(100),
  role: z
    .enum(['reporter', 'admin'])
    .default('reporter')
    .describe("reporter: files and reads reports in any reporter's name. admin: everything."),
});
export const ApiKeyMade = ApiKey.extend({ key: z.string().describe('Shown this once.') });

export const TokenSigner = z.object({
  id: z.uuid(),
  name: z.string(),
  issuer: z.string(),
  audience: z.string(),
  method: z.enum(['HS256', 'JWKS']),
  jwks_url: z.string().nullable(),
  created_at: z.iso.datetime(),
});
export const TokenSignerDraft = z
  .object({
    name: z.string().trim().min(1).max(100),
    issuer: z.string().trim().min(1).max(300).describe("The token's `iss`."),
    audience: z.string().trim().min(1).max(300).default('throughline').describe("The token's `aud`."),
    method: z.enum(['HS256', 'JWKS']),
    secret: z.string().min(32, 'An HS256 secret needs at least 32 characters.').max(1000).optional(),
    jwks_url: z.url().max(1000).optional().describe('Where the host app publishes its public keys (RS256, EdDSA).'),
  })
  .refine(
    (signer) =>
      (signer.method === 'HS256') === (signer.secret !== undefined) &&
      (signer.method === 'JWKS') === (signer.jwks_url !== undefined),
    {
      message: 'HS256 needs `secret` and nothing else; JWKS needs `jwks_url` and nothing else.',
    },
  );

export const AuditEvent = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  actor_name: z.string(),
  ip: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
