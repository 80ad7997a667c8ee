import classes from './Brand.module.css';

/** The mark: one line from where a problem is reported to where it is fixed. */
export function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg className={classes.mark} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M9 23v-7q0-4 4-4h6q4 0 4-4" fill="none" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="9" cy="23" r="3.2" />
      <circle cx="23" cy="9" r="3.2" />
    </svg>
  );
}

/** Mark and name. */
export function Brand() {
  return (
    <span className={classes.brand}>
      <BrandMark />
      Throughline
    </span>
  );
}
