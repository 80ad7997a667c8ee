import { useEffect, useEffectEvent } from 'react';

import { storage } from './storage.ts';

const STORAGE_KEY = 'throughline-single-keys';

/** Whether single letters act (WCAG 2.1.4: a person must be able to switch them off). */
export function singleKeysOn(): boolean {
  return storage.get(STORAGE_KEY) !== 'off';
}

/** Switches single-letter keys on or off for this browser. */
export function setSingleKeys(on: boolean): void {
  storage.set(STORAGE_KEY, on ? 'on' : 'off');
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
    ? !isCheckbox(target)
    : false;
}

function isCheckbox(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.type === 'checkbox';
}

/** Keys of a page, by `event.key`; `mod+k` is Ctrl or Cmd with K. Never taken from a field one types in or an open dialog. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    const action = keys[mod ? `mod+${event.key.toLowerCase()}` : event.key];
    if (action === undefined || event.altKey || event.defaultPrevented) return;
    if (!mod && (isTyping(event.target) || !singleKeysOn() || document.querySelector('[role="dialog"]') !== null))
      return;
    event.preventDefault();
    action(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
