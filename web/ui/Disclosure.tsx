import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import classes from './Disclosure.module.css';

/** Something kept behind a word, as codes and request ids. Native, so that find-in-page opens it. */
export function Disclosure({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  return (
    <details className={classes.details}>
      <summary className={classes.summary}>
        <IconChevronRight className={classes.chevron} size={14} aria-hidden="true" />
        {summary}
      </summary>
      <div className={classes.content}>{children}</div>
    </details>
  );
}
