import { useEffect, useState } from 'react';

import classes from './Waiting.module.css';

const QUIET_MS = 300;

interface WaitingRowsProps {
  rows?: number;
  /** Height of one row, in pixels: the shape of what comes. */
  height?: number;
}

/** Grey rows in the shape of what comes; nothing for the first 300 ms, for most answers are quicker than a flash of grey. */
export function WaitingRows({ rows = 6, height = 52 }: WaitingRowsProps) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div className={classes.rows} role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_row, index) => (
        // rows of a skeleton have no identity
        <div key={index} className={classes.row} style={{ height }} />
      ))}
    </div>
  );
}
