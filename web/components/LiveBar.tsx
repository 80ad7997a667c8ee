import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';

import { applyLiveEvent } from '../api/live-cache.ts';
import { listenLive } from '../api/live.ts';
import { MarkIcon } from '../ui/Mark.tsx';
import classes from './Shell.module.css';

/** A hiccup shorter than this is not worth a word. */
const QUIET_MS = 3000;

/** Listens to what changes elsewhere, and says so when it cannot. */
export function LiveBar() {
  const client = useQueryClient();
  const [interrupted, setInterrupted] = useState(false);
  const [said, setSaid] = useState(false);
  const onState = useEffectEvent((state: 'connected' | 'interrupted') => {
    // events were missed while it was down: ask for everything that is shown
    if (state === 'connected' && interrupted) void client.invalidateQueries();
    setInterrupted(state === 'interrupted');
  });
  useEffect(() => listenLive(applyLiveEvent, (state) => onState(state)), []);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(interrupted), interrupted ? QUIET_MS : 0);
    return () => clearTimeout(timer);
  }, [interrupted]);
  return (
    <div role="status">
      {said && (
        <div className={classes.bar}>
          <span className={classes.barMark}>
            <MarkIcon view={{ word: 'delayed', tone: 'amber', shape: 'clock' }} />
            Live updates are interrupted. What you see may be old; the connection is being mended.
          </span>
        </div>
      )}
    </div>
  );
}
