import { Group } from '@mantine/core';

import type { FilterKey } from '../filter.ts';
import type { Names } from '../mirror-filter.ts';
import { FilterInput } from './FilterInput.tsx';
import { FilterMenus } from './FilterMenus.tsx';
import { useGo } from './Link.tsx';

interface ItemFilterProps {
  text: string;
  keys: readonly FilterKey[];
  names: Names;
  placeholder: string;
  addressOf: (text: string) => string;
}

/** The text filter and its menus for issues or pull requests of one repository. */
export function ItemFilter({ text, keys, names, placeholder, addressOf }: ItemFilterProps) {
  const go = useGo();
  const of = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const logins = of(names.logins);
  const menus = [
    { key: 'label', name: 'Label', choices: of(names.labels) },
    {
      key: 'assignee',
      name: 'Assignee',
      choices: logins.length === 0 ? [] : [{ value: 'none', label: 'nobody' }, ...logins],
    },
    { key: 'author', name: 'Author', choices: logins },
  ];
  return (
    <Group gap="sm" mb="md" align="flex-start">
      <FilterInput
        value={text}
        keys={keys}
        placeholder={placeholder}
        onChange={(next) => go(addressOf(next), { replace: true })}
      />
      <FilterMenus text={text} menus={menus} onChange={(next) => go(addressOf(next))} />
    </Group>
  );
}
