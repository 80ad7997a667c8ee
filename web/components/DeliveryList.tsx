import type { Delivery } from '../../src/contract/deliveries.ts';
import { deliveryReason, deliveryState, eventWords } from '../mirror-words.ts';
import { paths } from '../paths.ts';
import { Mark } from '../ui/Mark.tsx';
import { Countdown, Time } from '../ui/Time.tsx';
import classes from './Directions.module.css';
import { Link } from './Link.tsx';
import { ReplayButton } from './ReplayButton.tsx';

/** Deliveries as rows: what came, what became of it, and why. */
export function DeliveryList({ deliveries, label }: { deliveries: readonly Delivery[]; label: string }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {deliveries.map((delivery) => (
        <OneDelivery key={delivery.id} delivery={delivery} />
      ))}
    </ul>
  );
}

function OneDelivery({ delivery }: { delivery: Delivery }) {
  const { id, state, repository, sender, came_by: cameBy, next_attempt_at: nextAt, attempts } = delivery;
  const reason = deliveryReason(delivery);
  const facts = [
    ...(repository === null ? [] : [repository]),
    ...(sender === null ? [] : [`by ${sender}`]),
    ...(cameBy === 'pull' ? ['fetched from GitHub’s log'] : []),
    ...(attempts > 1 && state !== 'failed' ? [`${attempts} attempts`] : []),
  ];
  return (
    <li className={classes.row} data-row={id} data-word={state === 'failed' ? 'blocked' : undefined}>
      <div className={classes.word}>
        <Mark view={deliveryState(delivery)} />
        <small>
          <Time at={delivery.received_at} />
        </small>
      </div>
      <div className={classes.text}>
        <Link to={paths.delivery(id)} data-row-link>
          <strong>{eventWords(delivery)}</strong>
        </Link>
        <div>{facts.join(' · ')}</div>
        {reason !== null && <div className={state === 'failed' ? classes.fix : undefined}>{reason}</div>}
        {state === 'received' && attempts > 0 && nextAt !== null && (
          <div>
            Next try in <Countdown until={nextAt} />
          </div>
        )}
        {state === 'failed' && (
          <span className={classes.acts}>
            <ReplayButton delivery={delivery} size="compact-md" />
          </span>
        )}
      </div>
    </li>
  );
}
