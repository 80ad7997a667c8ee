import { Skeleton, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

const QUIET_MS = 300;

/** Shows nothing for the first 300 ms: most answers are quicker, and a flash of grey is worse than none. */
export function Delayed({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return shown ? children : null;
}

/** Grey rows in the shape of what comes. */
export function WaitingRows({ rows = 6, height = 52 }: { rows?: number; height?: number }) {
  return (
    <Delayed>
      <Stack gap={6} role="status" aria-label="Loading">
        {Array.from({ length: rows }, (_row, index) => (
          // rows of a skeleton have no identity
          <Skeleton key={index} height={height} radius="md" />
        ))}
      </Stack>
    </Delayed>
  );
}
