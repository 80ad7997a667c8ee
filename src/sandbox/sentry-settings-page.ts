import type { SandboxAnswer } from './sandbox.model.ts';
import type { SentryApp } from './sentry-world.model.ts';
import type { Html } from './sandbox-html.ts';
import type { SentryPageCall } from './sentry-pages.ts';
import { html } from './sandbox-html.ts';
import { seeOther } from './sandbox-page-frame.ts';

/** The internal integration: what the hub is given, and where it is called. */
export function settingsPage({ house }: Pick<SentryPageCall, 'house'>): Html {
  const { apps, organization } = house.world.state;
  return html`<h1>Integrations of ${organization.name}</h1>
    <p class="soft">
      An internal integration has a token of its own and hears of changes by webhook. <a href="/">All issues</a>
    </p>
    ${apps.map((app) => appCard(house, app))}`;
}

function appCard(house: SentryPageCall['house'], app: SentryApp): Html {
  const { tokens, organization } = house.world.state;
  const [token, { scopes } = { scopes: [] }] = Object.entries(tokens).find(([, { appId }]) => appId === app.uuid) ?? [
    '',
  ];
  return html`<div class="card">
    <div class="top"><strong>${app.name}</strong></div>
    <div class="in">
      <dl>
        <dt>Address</dt>
        <dd><code>${house.web}</code></dd>
        <dt>Organization</dt>
        <dd><code>${organization.slug}</code></dd>
        <dt>Token</dt>
        <dd><code>${token}</code></dd>
        <dt>May</dt>
        <dd>${scopes.join(', ')}</dd>
        <dt>Client secret</dt>
        <dd><code>${app.clientSecret}</code></dd>
      </dl>
      <form method="post" class="line">
        <input type="hidden" name="app" value="${app.uuid}" />
        <label for="url">Webhook address</label>
        <input class="wide" id="url" name="url" type="url" value="${app.webhookUrl ?? ''}" />
        <button class="button">Save</button>
      </form>
    </div>
  </div>`;
}

/** Only this machine is ever called, whatever is entered. */
export function setWebhook({ house, request }: Pick<SentryPageCall, 'house' | 'request'>): SandboxAnswer {
  const form = new URLSearchParams(request.text);
  const app = house.world.state.apps.find(({ uuid }) => uuid === form.get('app'));
  const url = form.get('url') ?? '';
  if (app !== undefined) app.webhookUrl = URL.canParse(url) ? url : null;
  house.world.touched();
  return seeOther('/settings/');
}
