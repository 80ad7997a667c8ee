import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { SentryRule } from '../../../src/contract/sentry.ts';
import { SENTRY_KEY, sentryRuleQuery } from '../../api/error-queries.ts';
import { request } from '../../api/request.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { usePageCommands } from '../../components/commands.ts';
import { useGo } from '../../components/Link.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { RemoveByName } from '../../components/RemoveByName.tsx';
import { RuleFrame } from '../../components/RuleFrame.tsx';
import { useRunRule } from '../../components/rule-acts.ts';
import { UndoOfRule } from '../../components/UndoOfRule.tsx';
import { ChangedElsewhere, useFormBase } from '../../forms/form-base.tsx';
import { RuleForm } from '../../forms/RuleForm.tsx';
import { ruleChangeOf, ruleValuesOf } from '../../forms/rule-values.ts';
import { paths } from '../../paths.ts';
import { Mark } from '../../ui/Mark.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { healthOf } from '../../words.ts';

/** What does this rule take, and is it right before I save it? */
export default function RulePage() {
  const { id = '' } = useParams({ strict: false });
  return (
    <Loaded query={useQuery(sentryRuleQuery(id))} height={180}>
      {(rule) => <OneRule key={id} rule={rule} />}
    </Loaded>
  );
}

function OneRule({ rule }: { rule: SentryRule }) {
  const client = useQueryClient();
  const go = useGo();
  const run = useRunRule();
  const { id, name, health } = rule;
  const { base, before, changed, take } = useFormBase(rule, ruleValuesOf);
  usePageCommands(rule.enabled ? [{ label: 'Run this rule now', run: () => run.mutate(rule) }] : []);
  return (
    <div style={{ maxWidth: 760 }}>
      <PageHeader
        title={name}
        above={<BackLink to={paths.rules()}>Rules</BackLink>}
        lede={
          <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '2px 12px', alignItems: 'center' }}>
            <Mark view={healthOf(health.word)} />
            <span>
              {health.reason} {health.fix}
            </span>
          </span>
        }
      />
      {changed && <ChangedElsewhere onShow={() => take(rule)} />}
      <RuleFrame>
        {({ connections, repositories }) => (
          <RuleForm
            key={base.updated_at}
            before={before}
            ruleId={id}
            connections={connections}
            repositories={repositories}
            onSave={async (values) => {
              const change = ruleChangeOf(before, values);
              if (Object.keys(change).length > 0) {
                const saved = await request('changeSentryRule', { params: { id }, body: change });
                take(saved);
                client.setQueryData(sentryRuleQuery(id).queryKey, saved);
                void client.invalidateQueries({ queryKey: SENTRY_KEY });
              }
              notifications.show({ message: 'Saved.' });
            }}
          />
        )}
      </RuleFrame>
      <UndoOfRule id={id} />
      <RemoveByName
        what="rule"
        name={name}
        note="What it filed stays linked, and is followed no more."
        then="Its issues stay on GitHub as they are, and changes on either side are not carried over any more. What waited for it is filed by none."
        onRemove={async () => {
          await request('deleteSentryRule', { params: { id } });
          go(paths.rules(), { replace: true });
          client.removeQueries({ queryKey: sentryRuleQuery(id).queryKey });
          void client.invalidateQueries({ queryKey: SENTRY_KEY });
          void client.invalidateQueries({ queryKey: ['errors'] });
        }}
      />
    </div>
  );
}
