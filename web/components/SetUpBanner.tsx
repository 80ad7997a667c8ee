import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { connectionsQuery } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { countText } from '../ui/format.ts';
import { MarkIcon } from '../ui/Mark.tsx';
import { healthOf } from '../words.ts';
import { Link } from './Link.tsx';
import { useSession } from './session.ts';
import classes from './Shell.module.css';

/** For admins: nothing is connected yet, or GitHub stopped taking what we send. Quiet on the pages that mend it. */
export function SetUpBanner({ pathname }: { pathname: string }) {
  const { set_up: setUp, tenant } = useSession();
  const { data } = useQuery(connectionsQuery);
  if (pathname.startsWith(paths.github()) || tenant === null) return null;
  const paused = data?.items.find((connection) => connection.paused !== null);
  if (paused !== undefined) {
    const kept =
      paused.waiting === 0
        ? 'Filing waits.'
        : `Filing waits; ${countText(paused.waiting, 'report')} ${paused.waiting === 1 ? 'is' : 'are'} kept.`;
    return (
      <Banner
        blocked
        text={`${paused.paused?.message ?? ''} ${kept}`}
        link="Mend it"
        to={paths.githubConnection(paused.id)}
      />
    );
  }
  if (setUp.connection) return null;
  return (
    <Banner
      text="No GitHub repository is connected: reports are kept and wait."
      link="Connect a repository"
      to={paths.githubNew()}
    />
  );
}

function Banner({ text, link, to, blocked = false }: { text: string; link: string; to: string; blocked?: boolean }) {
  return (
    <section className={classes.bar} aria-label="Set-up">
      <span className={classes.barMark}>
        <MarkIcon view={healthOf(blocked ? 'blocked' : 'delayed')} />
        {text}
      </span>
      <Anchor component={Link} to={to} size="sm" fw={600}>
        {link}
      </Anchor>
    </section>
  );
}
