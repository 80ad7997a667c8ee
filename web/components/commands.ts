import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

export interface Command {
  label: string;
  hint?: string;
  run: () => void;
}

let current: Command[] = [];
const listeners = new Set<() => void>();

function replace(next: Command[]): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Puts what can be done with the open thing into the command palette, while the page is shown. */
export function usePageCommands(commands: Command[]): void {
  const labels = commands.map((command) => command.label).join('\n');
  const run = useEffectEvent((index: number) => commands[index]?.run());
  useEffect(() => {
    if (labels === '') return undefined;
    replace(labels.split('\n').map((label, index) => ({ label, hint: 'this page', run: () => run(index) })));
    return () => replace([]);
  }, [labels]);
}

/** What the open page can do. */
export function useCommandsOfPage(): Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
