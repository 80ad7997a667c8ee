import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

import type { FilterKey } from '../filter.ts';
import { completions } from '../filter.ts';
import { useKeys } from '../ui/keys.ts';
import classes from './FilterInput.module.css';

const TYPING_MS = 350;

interface FilterInputProps {
  value: string;
  /** What it completes. */
  keys: readonly FilterKey[];
  placeholder: string;
  /** Called when one stops typing, or at once on Enter. */
  onChange: (text: string) => void;
}

/** The text filter: completes keys and values, and never refuses a word. */
export function FilterInput({ value, keys, placeholder, onChange }: FilterInputProps) {
  const [text, setText] = useState(value);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();
  const options = open ? completions(text, keys) : [];
  useKeys({ '/': () => input.current?.focus() });
  // a menu or the back button changed the address: the text follows
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (text.trim() !== value) setText(value);
  }

  const commit = (next: string, delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), delayMs);
  };
  const type = (next: string) => {
    setText(next);
    setOpen(true);
    setActive(-1);
    commit(next, TYPING_MS);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const choice = options[active];
    if (event.key === 'ArrowDown' && open) setActive((active + 1) % Math.max(options.length, 1));
    else if (event.key === 'ArrowDown') setOpen(true);
    else if (event.key === 'ArrowUp') setActive((active - 1 + options.length) % Math.max(options.length, 1));
    else if (event.key === 'Enter' && choice !== undefined) type(choice.text);
    else if (event.key === 'Enter') {
      setOpen(false);
      commit(text, 0);
    } else if (event.key === 'Escape' && open && options.length > 0) setOpen(false);
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };
  return (
    <search className={classes.search}>
      <TextInput
        ref={input}
        aria-label="Filter"
        placeholder={placeholder}
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
        autoComplete="off"
        spellCheck={false}
        leftSection={<IconSearch size={16} />}
        rightSection={
          text !== '' && (
            <CloseButton size="sm" aria-label="Clear the filter" onClick={() => (type(''), commit('', 0))} />
          )
        }
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Completions"
        className={classes.list}
        hidden={options.length === 0}
      >
        {options.map((option, index) => (
          <div
            key={option.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.option}
            // before the input loses the focus
            onPointerDown={(event) => {
              event.preventDefault();
              type(option.text);
            }}
          >
            {option.label}
            <small>{option.hint}</small>
          </div>
        ))}
      </div>
    </search>
  );
}
