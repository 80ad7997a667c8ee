import type { ErrorSummary } from '../../src/contract/errors.ts';
import { countsText, githubState, levelColor, sentryState } from '../error-words.ts';
import { paths } from '../paths.ts';
import { countText } from '../ui/format.ts';
import { Label } from '../ui/Label.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './ErrorList.module.css';
import { Link } from './Link.tsx';
import { Trend } from './Trend.tsx';

/** Errors as rows, Sentry's side and GitHub's beside each other; on a phone each row folds into a card. */
export function ErrorList({ errors }: { errors: readonly ErrorSummary[] }) {
  return (
    <>
      <div className={classes.heads} aria-hidden="true">
        <span>In Sentry</span>
        <span>14 days</span>
        <span>On GitHub</span>
        <span style={{ textAlign: 'right' }}>Last event</span>
      </div>
      <ul className={classes.list} aria-label="Errors">
        {errors.map((error) => (
          <li
            key={error.id}
            className={classes.row}
            data-row={error.id}
            data-conflict={error.conflict !== null || undefined}
          >
            <SentrySide error={error} />
            <div className={classes.trend}>
              <Trend trend={error.trend} />
            </div>
            <GithubSide error={error} />
            <span className={classes.when}>
              {error.sentry.last_seen !== null && <Time at={error.sentry.last_seen} />}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function SentrySide({ error }: { error: ErrorSummary }) {
  const { sentry } = error;
  return (
    <div className={classes.sentry}>
      <Link to={paths.error(error.id)} className={classes.title} data-row-link title={sentry.title}>
        {sentry.title}
      </Link>
      <span className={classes.facts}>
        <Mark view={sentryState(sentry, error.sentry_gone)} />
        <Label name={sentry.level} color={levelColor(sentry.level)} />
        <span>{sentry.short_id ?? `#${sentry.id}`}</span>
        <span>{sentry.project}</span>
        <span>{countsText(sentry)}</span>
      </span>
    </div>
  );
}

function GithubSide({ error }: { error: ErrorSummary }) {
  const { github, rule, conflict, shared_with: shared, state, explanation } = error;
  const told = conflict ?? (state === 'synced' ? null : explanation);
  return (
    <div className={classes.github}>
      <span className={classes.facts}>
        <Mark view={githubState(error)} />
        {github !== null && (
          <a className={classes.issue} href={github.url} target="_blank" rel="noopener noreferrer">
            {github.repository}#{github.number}
          </a>
        )}
      </span>
      {told !== null && (
        <span className={classes.why} data-conflict={conflict !== null || undefined} title={told}>
          {conflict !== null && <strong>Conflict: </strong>}
          {told}
        </span>
      )}
      {(rule !== null || shared > 0) && (
        <span className={classes.facts}>
          {rule !== null && <span>{rule.name}</span>}
          {shared > 0 && <span>shared with {countText(shared, 'other')}</span>}
        </span>
      )}
    </div>
  );
}
