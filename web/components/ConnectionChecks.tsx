import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

import type { ConnectionTestResult } from '../../src/contract/connections.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { numberText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import { checkOf } from '../words.ts';
import classes from './ConnectionChecks.module.css';

const TOKEN_KINDS: Record<NonNullable<ConnectionTestResult['token_kind']>, string> = {
  classic: 'classic token',
  fine_grained: 'fine-grained token',
  installation: 'GitHub App',
  oauth: 'OAuth token',
  unknown: 'token of an unknown kind',
};

interface CheckListProps {
  ok: boolean;
  /** Said when all is well. */
  good: string;
  checks: readonly { text: string; fix: string | null; severity: 'ok' | 'warning' | 'error' }[];
  /** What was learned besides. */
  children?: ReactNode;
}

/** What a test found, each check with its fix. */
export function CheckList({ ok, good, checks, children }: CheckListProps) {
  return (
    <div className={classes.result} role="status">
      <Text fw={600} mb="xs">
        {ok ? good : 'It will not work yet.'}
      </Text>
      <ul className={classes.checks}>
        {checks.map((check) => (
          <li key={check.text} className={classes.check}>
            <Mark view={checkOf(check.severity)} />
            <div>
              {check.text}
              {check.fix !== null && <div className={classes.fix}>{check.fix}</div>}
            </div>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

/** What the test of a connection to GitHub found. */
export function ConnectionChecks({ result }: { result: ConnectionTestResult }) {
  return (
    <CheckList ok={result.ok} good="Everything that filing needs is there." checks={result.checks}>
      {result.login !== null && <Token result={result} />}
    </CheckList>
  );
}

function Token({ result }: { result: ConnectionTestResult }) {
  const { login, token_kind: kind, scopes, expires_at: expiresAt, rate_limit: budget } = result;
  return (
    <Facts>
      <Fact name="Acts as">
        {login}
        {kind !== null && ` (${TOKEN_KINDS[kind]})`}
      </Fact>
      {scopes !== null && <Fact name="Scopes">{scopes.length === 0 ? 'none' : scopes.join(', ')}</Fact>}
      {kind !== 'installation' && (
        <Fact name="Expires">{expiresAt === null ? 'never, or GitHub does not say' : <Time at={expiresAt} />}</Fact>
      )}
      {budget !== null && (
        <Fact name="Budget">
          {numberText(budget.remaining)} of {numberText(budget.limit)} requests left, full again{' '}
          <Time at={budget.reset_at} />
        </Fact>
      )}
    </Facts>
  );
}
