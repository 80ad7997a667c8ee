import { useClickOutside } from '@mantine/hooks';
import { useEffect, useId, useState } from 'react';

/** A button with a panel: props for both. Escape and a click elsewhere close it; `close` gives the focus back to the button. */
export function useDropdown(label: string) {
  const [opened, setOpened] = useState(false);
  const id = useId();
  const buttonId = `${id}-button`;
  const wrapper = useClickOutside<HTMLDivElement>(() => setOpened(false));
  useEffect(() => {
    if (!opened) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpened(false);
      document.getElementById(buttonId)?.focus();
    };
    // before the keys of the page, for which Escape means something else
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [opened, buttonId]);
  const close = () => {
    setOpened(false);
    document.getElementById(buttonId)?.focus();
  };
  const button = { id: buttonId, onClick: () => setOpened(!opened), 'aria-expanded': opened, 'aria-controls': id };
  const panel = { id, role: 'group', 'aria-label': label, hidden: !opened };
  return { opened, close, wrapper, button, panel };
}
