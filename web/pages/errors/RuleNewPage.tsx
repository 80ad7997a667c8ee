import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';

import { SENTRY_KEY } from '../../api/error-queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { useGo } from '../../components/Link.tsx';
import { RuleFrame } from '../../components/RuleFrame.tsx';
import { RuleForm } from '../../forms/RuleForm.tsx';
import { NEW_RULE, ruleDraftOf } from '../../forms/rule-values.ts';
import { paths } from '../../paths.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** A new rule: tried out before it is saved. */
export default function RuleNewPage() {
  const client = useQueryClient();
  const go = useGo();
  return (
    <div style={{ maxWidth: 760 }}>
      <PageHeader
        title="Make a rule"
        lede="What to take and where to file it; everything else has a good default. The dry run at the end shows what it would do."
        above={<BackLink to={paths.rules()}>Rules</BackLink>}
      />
      <RuleFrame>
        {({ connections, repositories }) => (
          <RuleForm
            before={{
              ...NEW_RULE,
              // where there is only one there is nothing to choose
              sentry_connection_id: connections.length === 1 ? (connections[0]?.id ?? '') : '',
              connection_id: repositories.length === 1 ? (repositories[0]?.id ?? '') : '',
            }}
            connections={connections}
            repositories={repositories}
            onSave={async (values) => {
              const made = await request('createSentryRule', { body: ruleDraftOf(values) });
              await client.invalidateQueries({ queryKey: SENTRY_KEY });
              notifications.show({
                title: `“${made.name}” is made`,
                message: made.enabled ? 'It looks for the first time now.' : 'It looks once it is switched on.',
              });
              go(paths.rules());
            }}
          />
        )}
      </RuleFrame>
    </div>
  );
}
