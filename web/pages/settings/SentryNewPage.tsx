import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';

import { SENTRY_KEY } from '../../api/error-queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { useGo } from '../../components/Link.tsx';
import { SentryForm } from '../../forms/SentryForm.tsx';
import { NEW_SENTRY, sentryDraftOf } from '../../forms/sentry-values.ts';
import { paths } from '../../paths.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** An organisation and a token: tested before they are saved. */
export default function SentryNewPage() {
  const client = useQueryClient();
  const go = useGo();
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title="Connect Sentry"
        lede="Two things are needed: the organisation, and a token that may read its issues. To carry news back to Sentry the token must be allowed to write them as well."
        above={<BackLink to={paths.sentry()}>Sentry</BackLink>}
      />
      <SentryForm
        before={NEW_SENTRY}
        connection={null}
        onSave={async (values) => {
          const made = await request('createSentryConnection', { body: sentryDraftOf(values) });
          await client.invalidateQueries({ queryKey: SENTRY_KEY });
          notifications.show({
            title: `${made.organization} is connected`,
            message: 'Nothing is filed before a rule says what and where.',
          });
          go(paths.sentryConnection(made.id));
        }}
      />
    </div>
  );
}
