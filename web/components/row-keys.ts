import { useKeys } from '../ui/keys.ts';

function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
}

function move(step: 1 | -1): void {
  const links = rowLinks();
  const at = links.findIndex((link) => link.closest('[data-row]')?.contains(document.activeElement));
  const next = at < 0 ? (step === 1 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: 'nearest' });
}

/** j and k walk the rows of a list; Enter opens one because its link has the focus. x calls `onSelect` with the row's id. */
export function useRowKeys(onSelect?: (id: string) => void): void {
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const id = document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row'];
      if (id !== undefined) onSelect?.(id);
    },
  });
}
