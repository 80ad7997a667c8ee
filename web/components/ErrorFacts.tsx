import { Anchor, Text } from '@mantine/core';

import type { ErrorDetail, ErrorSummary } from '../../src/contract/errors.ts';
import { githubState, levelColor, sentryState, trendGap } from '../error-words.ts';
import { paths } from '../paths.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { numberText } from '../ui/format.ts';
import { Label } from '../ui/Label.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import { Link } from './Link.tsx';
import { Trend } from './Trend.tsx';

/** Both states side by side, when they were last brought together, and by what rule. */
export function BothSides({ error }: { error: ErrorDetail }) {
  const { sentry, github, rule, reflected_at: reflectedAt, next_look_at: nextAt } = error;
  return (
    <Facts stacked>
      <Fact name="In Sentry">
        <Mark view={sentryState(sentry, error.sentry_gone)} />
        <SentryLink sentry={sentry} />
        {sentry.assigned_to !== null && <div>assigned to {sentry.assigned_to}</div>}
      </Fact>
      <Fact name="On GitHub">
        <Mark view={githubState(error)} />
        {github !== null && (
          <>
            <div>
              <Anchor component={Link} to={paths.mirroredIssue(github.repository, github.number)}>
                {github.repository}#{github.number}
              </Anchor>
            </div>
            {github.assignees.length > 0 && <div>assigned to {github.assignees.join(', ')}</div>}
          </>
        )}
      </Fact>
      <Fact name="Rule">
        {rule === null ? (
          'none took it'
        ) : (
          <Anchor component={Link} to={paths.rule(rule.id)}>
            {rule.name}
          </Anchor>
        )}
      </Fact>
      <Fact name="Last act on either side">{reflectedAt === null ? 'none so far' : <Time at={reflectedAt} />}</Fact>
      {nextAt !== null && (
        <Fact name="Next look">
          <Time at={nextAt} />
        </Fact>
      )}
    </Facts>
  );
}

function SentryLink({ sentry }: { sentry: ErrorSummary['sentry'] }) {
  const name = sentry.short_id ?? `Sentry issue ${sentry.id}`;
  return (
    <div>
      {sentry.url === null ? (
        name
      ) : (
        <Anchor href={sentry.url} target="_blank" rel="noopener noreferrer">
          {name}
        </Anchor>
      )}
    </div>
  );
}

/** Before its first event there is nothing to know. */
function beganInside(firstSeen: string | null, [first]: ErrorSummary['trend']): boolean {
  return first !== undefined && firstSeen !== null && firstSeen.slice(0, 10) >= first.day;
}

/** Sentry's numbers of an error, with its trend. */
export function ErrorNumbers({ error }: { error: ErrorSummary }) {
  const { sentry, trend } = error;
  const gap = error.error_id === null || beganInside(sentry.first_seen, trend) ? null : trendGap(trend);
  return (
    <Facts stacked>
      <Fact name="Last 14 days">
        <Trend trend={trend} height={36} />
        {gap !== null && (
          <Text size="sm" c="dimmed">
            {gap}
          </Text>
        )}
      </Fact>
      <Fact name="Events">{numberText(sentry.count)}</Fact>
      <Fact name="Users">{numberText(sentry.user_count)}</Fact>
      <Fact name="Level">
        <Label name={sentry.level} color={levelColor(sentry.level)} />
      </Fact>
      {sentry.priority !== null && <Fact name="Priority in Sentry">{sentry.priority}</Fact>}
      <Fact name="Project">{sentry.project}</Fact>
      {sentry.category !== null && sentry.category !== 'error' && <Fact name="Kind">{sentry.category}</Fact>}
      {sentry.first_seen !== null && (
        <Fact name="First seen">
          <Time at={sentry.first_seen} />
        </Fact>
      )}
      {sentry.last_seen !== null && (
        <Fact name="Last seen">
          <Time at={sentry.last_seen} />
        </Fact>
      )}
    </Facts>
  );
}
