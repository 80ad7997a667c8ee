import { createHmac, randomUUID } from 'node:crypto';

import { FAKE_CLIENT_SECRET } from '../../fakes/sentry-finding.ts';
import { receiveSentryHook } from '../../../src/errors/connect/sentry-hooks.ts';
import type { ErrorsHub } from './hub.ts';
import type { FakeGithub } from '../../fakes/github-server.ts';
import type { SandboxHappening } from '../../../src/sandbox/sandbox.model.ts';
import type { SentryHappening } from '../../../src/sandbox/sentry-world.model.ts';

export const GITHUB_HOOK_SECRET = 'the webhook secret of the histories of errors';

/** A webhook that one side has sent and nobody got yet. */
export interface Letter {
  arrive(hub: ErrorsHub): Promise<void>;
}

/** As Sentry writes it. */
export function letterOfSentry(connectionId: string, { resource, action, data }: SentryHappening): Letter {
  const actor = { type: 'application', id: 'sentry', name: 'Sentry' };
  const body = Buffer.from(JSON.stringify({ action, installation: { uuid: '' }, data: data(), actor }));
  const signature = createHmac('sha256', FAKE_CLIENT_SECRET).update(body).digest('hex');
  return {
    async arrive({ ctx }) {
      const receipt = await receiveSentryHook(ctx, { connectionId, resource, signature, body });
      if (receipt === 'not_signed' || receipt === 'not_json') throw new Error(`a webhook of Sentry was ${receipt}`);
    },
  };
}

/** As GitHub writes it. */
export function letterOfGithub(connectionId: string, fake: FakeGithub, happened: SandboxHappening): Letter {
  const payload = happened.payload({ state: fake.state, api: fake.apiUrl, web: fake.url, modern: false });
  const body = Buffer.from(JSON.stringify(payload));
  const headers = {
    'content-type': 'application/json',
    'x-github-event': happened.event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', GITHUB_HOOK_SECRET).update(body).digest('hex')}`,
  };
  return {
    async arrive({ receiver }) {
      const receipt = await receiver.receive({ connectionId, headers, body });
      if (receipt !== 'stored' && receipt !== 'duplicate') throw new Error(`a webhook of GitHub was ${receipt}`);
    },
  };
}
