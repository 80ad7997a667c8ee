import type { ErrorSummary } from '../../src/contract/errors.ts';
import { dayText, TREND_DAYS as DAYS, trendText } from '../error-words.ts';
import { numberText } from '../ui/format.ts';
import classes from './Trend.module.css';

const BAR = 6;
const GAP = 2;

interface TrendProps {
  trend: ErrorSummary['trend'];
  height?: number;
}

/** Events of each of the last 14 days as bars, today at the right; days that are not known are dots on the ground. */
export function Trend({ trend, height = 28 }: TrendProps) {
  if (trend.length === 0) return <span className={classes.none}>{trendText(trend)}</span>;
  const most = Math.max(1, ...trend.map(({ count }) => count));
  const width = DAYS * (BAR + GAP) - GAP;
  const xOf = (index: number) => index * (BAR + GAP);
  const unknown = DAYS - trend.length;
  const words = trendText(trend);
  return (
    <svg
      className={classes.trend}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      {Array.from({ length: unknown }, (_day, index) => (
        // days have no identity but their place
        <rect key={index} className={classes.unknown} x={xOf(index)} y={height - 1} width={BAR} height={1} />
      ))}
      {trend.map(({ day, count }, index) => {
        // more than nothing is never drawn as nothing
        const tall = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
        const look = count === 0 ? classes.unknown : index === trend.length - 1 ? classes.today : classes.bar;
        return (
          <rect
            key={day}
            className={look}
            x={xOf(unknown + index)}
            y={height - tall}
            width={BAR}
            height={tall}
            rx={count === 0 ? 0 : 1}
          >
            <title>{`${dayText(day)}: ${numberText(count)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
