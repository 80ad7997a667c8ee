import { Link } from './Link.tsx';
import { isCurrent, navigationOf } from './navigation.ts';
import { useSession } from './session.ts';
import classes from './Shell.module.css';

/** The navigation on a phone, under the thumb. What is off for now has no room here. */
export function BottomBar({ pathname }: { pathname: string }) {
  const { role } = useSession();
  const items = navigationOf(role).filter((item) => item.off === undefined);
  return (
    <nav className={classes.bottom} aria-label="Pages">
      {items.map(({ label, short, to, icon: Icon }) => (
        <Link
          key={label}
          to={to}
          className={classes.tab}
          {...(isCurrent(pathname, to) ? { 'aria-current': 'page' as const } : {})}
        >
          <Icon size={20} stroke={1.6} />
          {short}
        </Link>
      ))}
    </nav>
  );
}
