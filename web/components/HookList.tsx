import { Button } from '@mantine/core';

import type { Hook } from '../../src/contract/deliveries.ts';
import { hookView } from '../mirror-words.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './Directions.module.css';
import { useHookActs } from './hook-acts.ts';

/** Our webhooks that concern a repository: how each fares, why, and what to do. */
export function HookList({ hooks, fullName }: { hooks: readonly Hook[]; fullName: string }) {
  return (
    <ul className={classes.list} aria-label="Webhooks">
      {hooks.map((hook) => (
        <OneHook key={hook.id} hook={hook} fullName={fullName} />
      ))}
    </ul>
  );
}

function OneHook({ hook, fullName }: { hook: Hook; fullName: string }) {
  const { target, reason, fix, active, healthy } = hook;
  const state = !active ? 'inactive' : healthy ? 'healthy' : 'failing';
  return (
    <li className={classes.row}>
      <div className={classes.word}>
        <Mark view={hookView(state)} />
        {hook.checked_at !== null && (
          <small>
            seen <Time at={hook.checked_at} />
          </small>
        )}
      </div>
      <div className={classes.text}>
        <strong>{hook.target_kind === 'organization' ? `${target}, all its repositories` : target}</strong>
        <div>{reason}</div>
        {fix !== null && <div className={classes.fix}>{fix}</div>}
        <div>
          <Disclosure summary="Address, events and last answer">
            <div>
              <code>{hook.url}</code>
            </div>
            <div>{hook.events.join(', ')}</div>
            {hook.last_code !== null && (
              <div>
                GitHub was last answered {hook.last_code === 0 ? 'not at all' : hook.last_code}
                {hook.last_message !== null && `: ${hook.last_message}`}
              </div>
            )}
            {hook.pulled_until !== null && (
              <div>
                Nothing that GitHub sent is missing here until <Time at={hook.pulled_until} />.
              </div>
            )}
          </Disclosure>
        </div>
        <HookActs hook={hook} fullName={fullName} />
      </div>
    </li>
  );
}

function HookActs({ hook, fullName }: { hook: Hook; fullName: string }) {
  const { ping, save, turn, remove } = useHookActs(hook, fullName);
  const isApp = hook.target_kind === 'app';
  const quiet = { variant: 'default', size: 'compact-md' } as const;
  return (
    <span className={classes.acts}>
      <Button
        {...quiet}
        title="Sets its address, secret and events anew"
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        Save
      </Button>
      {!isApp && (
        <>
          <Button {...quiet} loading={ping.isPending} onClick={() => ping.mutate()}>
            Ping
          </Button>
          <Button {...quiet} loading={turn.isPending} onClick={() => turn.mutate()}>
            {hook.active ? 'Switch off' : 'Switch on'}
          </Button>
          <Confirm
            action="Delete"
            question="Delete this webhook?"
            busy={remove.isPending}
            onConfirm={() => remove.mutate()}
          >
            It is removed at GitHub too. Changes are then seen by the scheduled sync; what arrived stays here.
          </Confirm>
        </>
      )}
    </span>
  );
}
