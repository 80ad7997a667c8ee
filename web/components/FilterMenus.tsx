import { Button } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';

import { filterValue, withFilter } from '../filter.ts';
import { useDropdown } from '../ui/dropdown.ts';
import dropdown from '../ui/Dropdown.module.css';
import { numberText } from '../ui/format.ts';
import classes from './FilterMenus.module.css';

interface Choice {
  value: string;
  label: string;
  count?: number;
}
/** A menu that writes one key of the filter. */
export interface FilterMenu {
  key: string;
  name: string;
  choices: Choice[];
}

interface FilterMenusProps {
  text: string;
  menus: readonly FilterMenu[];
  onChange: (text: string) => void;
}

/** Menus beside the text filter: they write the same words into it. One without choices is not shown. */
export function FilterMenus({ text, menus, onChange }: FilterMenusProps) {
  const shown = menus.filter(({ choices }) => choices.length > 0);
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
              {count !== undefined && <span className={classes.count}>{numberText(count)}</span>}
            </button>
          ))}
      </div>
    </div>
  );
}
