import { Button } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';

import type { RouteAnswer } from '../../src/contract/routes.ts';
import type { FilterKey } from '../filter.ts';
import { filterValue, withFilter } from '../filter.ts';
import { useDropdown } from '../ui/dropdown.ts';
import dropdown from '../ui/Dropdown.module.css';
import { numberText } from '../ui/format.ts';
import classes from './FilterMenus.module.css';

interface Choice {
  value: string;
  label: string;
  count: number;
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
  const { opened, close, wrapper, button, panel } = useDropdown(name);
  const chosen = choices.find((choice) => choice.value === value)?.label ?? value;
  const choose = (option: string) => {
    close();
    onChoose(option === value ? null : option);
  };
  return (
    <div ref={wrapper} className={dropdown.wrapper}>
      <Button variant="default" maw={220} rightSection={<IconChevronDown size={14} />} {...button}>
        {chosen === null ? name : `${name}: ${chosen}`}
      </Button>
      <div {...panel} className={dropdown.panel}>
        {opened &&
          choices.map(({ value: option, label, count }) => (
            <button
              key={option}
              type="button"
              aria-pressed={option === value}
              className={classes.choice}
              onClick={() => choose(option)}
            >
              <IconCheck size={14} className={classes.tick} aria-hidden="true" />
              <span className={classes.name}>{label}</span>
              <span className={classes.count}>{numberText(count)}</span>
            </button>
          ))}
      </div>
    </div>
  );
}
