import { Button, Menu, ScrollArea, Text } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';

import type { RouteAnswer } from '../../src/contract/routes.ts';
import type { FilterKey } from '../filter.ts';
import { filterValue, withFilter } from '../filter.ts';
import { numberText } from '../ui/format.ts';

interface Choice {
  value: string;
  label: string;
  count: number | null;
}

interface FilterMenusProps {
  text: string;
  facets: RouteAnswer<'reportFacets'>;
  onChange: (text: string) => void;
}

/** Menus beside the text filter: they write the same words into it. */
export function FilterMenus({ text, facets, onChange }: FilterMenusProps) {
  const { labels, reporters, tenants } = facets;
  const menus: { key: FilterKey; name: string; choices: Choice[] }[] = [
    { key: 'label', name: 'Label', choices: labels.map(({ name, count }) => ({ value: name, label: name, count })) },
    {
      key: 'reporter',
      name: 'Reporter',
      choices: reporters.map(({ id, name, count }) => ({ value: id, label: name, count })),
    },
    {
      key: 'tenant',
      name: 'Tenant',
      choices: tenants.map(({ slug, name, count }) => ({ value: slug, label: name, count })),
    },
  ];
  const shown = menus.filter(({ key, choices }) => (key === 'tenant' ? choices.length > 1 : choices.length > 0));
  return shown.map(({ key, name, choices }) => (
    <OneMenu
      key={key}
      name={name}
      choices={choices}
      value={filterValue(text, key)}
      onChoose={(value) => onChange(withFilter(text, key, value))}
    />
  ));
}

interface OneMenuProps {
  name: string;
  choices: Choice[];
  value: string | null;
  onChoose: (value: string | null) => void;
}

function OneMenu({ name, choices, value, onChoose }: OneMenuProps) {
  const chosen = choices.find((choice) => choice.value === value)?.label ?? value;
  return (
    <Menu width={240} position="bottom-start">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />} maw={220}>
          {chosen === null ? name : `${name}: ${chosen}`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={320} type="auto">
          {choices.map((choice) => (
            <Menu.Item
              key={choice.value}
              role="menuitemradio"
              aria-checked={choice.value === value}
              leftSection={<IconCheck size={14} visibility={choice.value === value ? 'visible' : 'hidden'} />}
              rightSection={
                choice.count !== null && (
                  <Text size="sm" c="dimmed">
                    {numberText(choice.count)}
                  </Text>
                )
              }
              onClick={() => onChoose(choice.value === value ? null : choice.value)}
            >
              {choice.label}
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
