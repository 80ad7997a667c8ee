import type { FilterKey } from '../filter.ts';
import { FilterInput } from './FilterInput.tsx';
import { useGo } from './Link.tsx';

interface ListFilterProps {
  text: string;
  /** What it completes; nothing for a part of a name. */
  keys?: readonly FilterKey[];
  placeholder: string;
  addressOf: (text: string) => string;
}

/** The text filter above a list; its text is in the address. */
export function ListFilter({ text, keys = [], placeholder, addressOf }: ListFilterProps) {
  const go = useGo();
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
      <FilterInput
        value={text}
        keys={keys}
        placeholder={placeholder}
        onChange={(next) => go(addressOf(next), { replace: true })}
      />
    </div>
  );
}
