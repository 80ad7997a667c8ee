import { ActionIcon, Button, Group, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import type { SentryRule } from '../../../src/contract/sentry.ts';
import { sentryConnectionsQuery, sentryRulesQuery } from '../../api/error-queries.ts';
import { sentenceOf } from '../../api/errors.ts';
import classes from '../../components/Directions.module.css';
import { InsecureNote } from '../../components/InsecureNote.tsx';
import { Link } from '../../components/Link.tsx';
import { useRuleOrder, useRunRule } from '../../components/rule-acts.ts';
import { useRowKeys } from '../../components/row-keys.ts';
import { useSession } from '../../components/session.ts';
import { withFilter } from '../../filter.ts';
import { paths } from '../../paths.ts';
import { countText, numberText } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Countdown, Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';
import { healthOf } from '../../words.ts';

/** Which errors become issues, in which order are the rules asked, and are they well? */
export default function RulesPage() {
  const { data, error, refetch } = useQuery(sentryRulesQuery);
  const { data: connections } = useQuery(sentryConnectionsQuery);
  useRowKeys();
  const rules = data?.items;
  const insecure = connections?.items.filter((connection) => connection.insecure_tls) ?? [];
  return (
    <>
      <PageHeader
        title="Rules"
        lede="They are asked in this order: the first that takes an error has it."
        actions={
          rules !== undefined &&
          rules.length > 0 && (
            <Button component={Link} to={paths.ruleNew()}>
              Make a rule
            </Button>
          )
        }
      />
      {insecure.map(({ id, base_url: url }) => (
        <div key={id} style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
          <InsecureNote name={url} />
        </div>
      ))}
      {error !== null && rules === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {rules === undefined && error === null && <WaitingRows rows={3} height={112} />}
      {rules?.length === 0 && <NoRules connected={connections === undefined || connections.items.length > 0} />}
      {rules !== undefined && rules.length > 0 && <RuleList rules={rules} />}
    </>
  );
}

function NoRules({ connected }: { connected: boolean }) {
  return (
    <Empty
      title="No rule yet"
      action={
        <Button component={Link} to={connected ? paths.ruleNew() : paths.sentryNew()}>
          {connected ? 'Make a rule' : 'Connect Sentry'}
        </Button>
      }
    >
      A rule says which errors become issues, in which repository, and what both sides tell each other. A dry run shows
      what it would file before anything is sent.{!connected && ' Connect Sentry first.'}
    </Empty>
  );
}

function RuleList({ rules: asRead }: { rules: readonly SentryRule[] }) {
  const run = useRunRule();
  // places are counted within one tenant
  const { tenant } = useSession();
  const { rules, list, said, move } = useMoving(asRead);
  return (
    <>
      <ol ref={list} className={classes.list} aria-label="Rules">
        {rules.map((rule, index) => (
          <Row key={rule.id} rule={rule}>
            <Button
              variant="default"
              size="compact-md"
              aria-label={`Run now: ${rule.name}`}
              loading={run.isPending && run.variables.id === rule.id}
              disabled={!rule.enabled || rule.last_run?.state === 'running'}
              onClick={() => run.mutate(rule)}
            >
              Run now
            </Button>
            {tenant !== null && rules.length > 1 && (
              <Group gap={2} wrap="nowrap">
                {MOVES.map(({ by, word, icon: Icon }) => (
                  <ActionIcon
                    key={by}
                    size={28}
                    data-move={by}
                    aria-label={`Move ${rule.name} ${word}`}
                    disabled={rules[index + by] === undefined}
                    onClick={() => move(rule, by)}
                  >
                    <Icon size={16} />
                  </ActionIcon>
                ))}
              </Group>
            )}
          </Row>
        ))}
      </ol>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

const MOVES = [
  { by: -1, word: 'up', icon: IconArrowUp },
  { by: 1, word: 'down', icon: IconArrowDown },
] as const;

/** Moving rules by their buttons: the focus goes along with the rule, and its new place is said. */
function useMoving(asRead: readonly SentryRule[]) {
  const { rules, move } = useRuleOrder(asRead);
  const list = useRef<HTMLOListElement>(null);
  const pressed = useRef<1 | -1 | null>(null);
  const [moved, setMoved] = useState<string | null>(null);
  const place = rules.findIndex(({ id }) => id === moved);
  const rule = rules[place];
  const follow = useEffectEvent(() => {
    // what others move does not take the focus
    if (pressed.current === null) return;
    const buttons = [...(list.current?.children[place]?.querySelectorAll<HTMLButtonElement>('[data-move]') ?? [])];
    const usable = buttons.filter((button) => !button.disabled);
    (usable.find((button) => button.dataset['move'] === String(pressed.current)) ?? usable[0])?.focus();
    pressed.current = null;
  });
  const order = rules.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (order !== '') follow();
  }, [order]);
  return {
    rules,
    list,
    said: rule === undefined ? '' : `${rule.name}: ${numberText(place + 1)} of ${numberText(rules.length)}`,
    move: ({ id }: SentryRule, by: 1 | -1) => {
      setMoved(id);
      move(id, by);
      pressed.current = by;
    },
  };
}

function Row({ rule, children }: { rule: SentryRule; children: ReactNode }) {
  const { id, name, health, repository, sentry_connection: from } = rule;
  return (
    <li className={classes.row} data-word={health.word} data-row={id}>
      <div className={classes.word}>
        <Mark view={healthOf(health.word)} />
        {health.since !== null && (
          <small>
            since <Time at={health.since} />
          </small>
        )}
      </div>
      <div className={classes.text}>
        <Link to={paths.rule(id)} data-row-link>
          <strong>{name}</strong>
        </Link>
        <div>{health.reason}</div>
        {health.fix !== null && <div className={classes.fix}>{health.fix}</div>}
        <div>
          {from} → {repository ?? 'no repository yet'}
        </div>
        <Counts rule={rule} />
        <div className={classes.quiet}>
          <LastRun rule={rule} />
        </div>
        <span className={classes.acts}>{children}</span>
      </div>
    </li>
  );
}

function Counts({ rule: { name, counts } }: { rule: SentryRule }) {
  const of = (is: string) => paths.errors(withFilter(withFilter('', 'rule', name), 'is', is));
  return (
    <div className={classes.quiet}>
      <Link to={paths.errors(withFilter('', 'rule', name))}>{numberText(counts.taken)} taken</Link>
      {' · '}
      <Link to={of('waiting')}>{numberText(counts.waiting)} waiting</Link>
      {' · '}
      {numberText(counts.skipped)} skipped in the last run
    </div>
  );
}

function LastRun({ rule: { last_run: run, next_run_at: nextAt, enabled } }: { rule: SentryRule }) {
  if (run === null) return enabled ? 'It has not looked yet' : 'It has never looked';
  if (run.state === 'running')
    return (
      <span role="status">
        Looking now: {countText(run.seen, 'error')} seen with {countText(run.requests, 'request')}
      </span>
    );
  return (
    <>
      Last look <Time at={run.finished_at ?? run.started_at} />: {numberText(run.seen)} seen, {numberText(run.taken)}{' '}
      given to filing, {countText(run.requests, 'request')}
      {nextAt !== null && (
        <>
          {' '}
          · next in <Countdown until={nextAt} />
        </>
      )}
    </>
  );
}
