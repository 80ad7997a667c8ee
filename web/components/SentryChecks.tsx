import type { SentryConnectionTestResult } from '../../src/contract/sentry.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { CheckList } from './ConnectionChecks.tsx';

/** What the test of a Sentry connection found. */
export function SentryChecks({ result }: { result: SentryConnectionTestResult }) {
  const { ok, checks, scopes, projects, region_url: regionUrl } = result;
  return (
    <CheckList ok={ok} good="Everything that rules need is there." checks={checks}>
      {(scopes !== null || projects.length > 0 || regionUrl !== null) && (
        <Facts>
          {scopes !== null && <Fact name="Scopes">{scopes.length === 0 ? 'none' : scopes.join(', ')}</Fact>}
          {projects.length > 0 && <Fact name="Projects">{projects.map(({ slug }) => slug).join(', ')}</Fact>}
          {regionUrl !== null && <Fact name="Region">{regionUrl}</Fact>}
        </Facts>
      )}
    </CheckList>
  );
}
