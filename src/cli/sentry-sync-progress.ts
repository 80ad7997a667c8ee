import type { SingleBar } from 'cli-progress';

/** A run that is over sooner needs no bar. */
const BAR_AFTER_MS = 1000;

/** A bar on a terminal once it takes its time, nothing anywhere else. It goes to stderr and vanishes at the end. */
export function syncProgress(): { show: (step: string, done: number, total: number) => void; end: () => void } {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  let bar: SingleBar | null = null;
  let isOver = false;
  const open = async () => {
    const { default: made } = await import('cli-progress');
    if (isOver) return;
    const format = '{bar} {step}: {value}';
    bar = new made.SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
    bar.start(1, 0, { step: 'starting' });
  };
  const timer = setTimeout(() => void open(), BAR_AFTER_MS).unref();
  return {
    show(step, done, total) {
      bar?.setTotal(Math.max(1, total));
      bar?.update(done, { step });
    },
    end() {
      isOver = true;
      clearTimeout(timer);
      bar?.stop();
    },
  };
}
