import { lazy, Suspense } from 'react';

import classes from './Markdown.module.css';

// the renderer is large and most pages have no text to render
const Rendered = lazy(async () => {
  const { safeHtml } = await import('./markdown.ts');
  return {
    default: ({ source }: { source: string }) => (
      // sanitised by safeHtml, for nothing else may produce this string
      <div className={classes.markdown} dangerouslySetInnerHTML={{ __html: safeHtml(source) }} />
    ),
  };
});

/** Markdown that a person wrote. Until the renderer is there the text itself is shown, so nothing jumps far. */
export function Markdown({ source }: { source: string }) {
  return (
    <Suspense fallback={<div className={`${classes.markdown} ${classes.raw}`}>{source}</div>}>
      <Rendered source={source} />
    </Suspense>
  );
}
