import { errorHistories } from './errors/history.ts';
import { histories } from './history.ts';
import { play } from './play.ts';
import { playErrors } from './errors/play.ts';
import { shorter } from './shorter.ts';
import { shorterErrors } from './errors/shorter.ts';
import type { ErrorHistory } from './errors/history.ts';
import type { Game } from './search.ts';
import type { History } from './history.ts';

/** A repository and its mirror. `processes`: of a hundred histories, how many are those of a real process that gets SIGKILL. */
export function mirrorGame(processes: number): Game<History> {
  return { histories: histories(processes), play, shorter };
}

/** What is between a Sentry and a GitHub. */
export function errorGame(): Game<ErrorHistory> {
  return { histories: errorHistories(), play: playErrors, shorter: shorterErrors };
}
