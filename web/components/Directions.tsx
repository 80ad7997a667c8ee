import type { Health } from '../../src/contract/connections.ts';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import { healthOf } from '../words.ts';
import { ConnectionLink } from './ConnectionLink.tsx';
import classes from './Directions.module.css';

/** Each direction of each connection: one word, since when, why, and what to do. */
export function Directions({ directions }: { directions: Health['directions'] }) {
  return (
    <ul className={classes.list} aria-label="Directions">
      {directions.map(({ connection_id: id, direction, name, word, since, reason, fix }) => (
        <li key={`${id} ${name}`} className={classes.row} data-word={word}>
          <div className={classes.word}>
            <Mark view={healthOf(word)} />
            {since !== null && (
              <small>
                since <Time at={since} />
              </small>
            )}
          </div>
          <div className={classes.text}>
            <strong>{name}</strong>
            <div>{reason}</div>
            {fix !== null && <div className={classes.fix}>{fix}</div>}
            {word === 'blocked' && id !== null && <ConnectionLink id={id} sentry={direction === 'errors'} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
