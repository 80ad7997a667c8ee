import { Pill, PillsInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

interface TagFieldProps {
  label: string;
  description?: string;
  value?: string[] | undefined;
  onChange: (value: string[]) => void;
  error?: ReactNode;
  suggestions?: readonly string[];
  max: number;
  /** Characters that end a tag, besides Enter. */
  splitAt?: RegExp;
}

/** Words one adds and takes away. Suggestions are the browser's own list: light, and known to every reader. */
export function TagField({
  label,
  description,
  value = [],
  onChange,
  error,
  suggestions = [],
  max,
  splitAt = /,/u,
}: TagFieldProps) {
  const [typed, setTyped] = useState('');
  const id = useId();
  const add = (text: string) => {
    const words = text.split(splitAt).map((word) => word.trim());
    const fresh = words.filter((word) => word !== '' && !value.includes(word));
    if (fresh.length > 0) onChange([...value, ...new Set(fresh)].slice(0, max));
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      // it ends a tag, and must not send the form
      event.preventDefault();
      add(typed);
    } else if (event.key === 'Backspace' && typed === '') onChange(value.slice(0, -1));
  };
  return (
    <PillsInput label={label} description={description} error={error} labelProps={{ htmlFor: id }} id={id}>
      <Pill.Group>
        {value.map((tag) => (
          <Pill key={tag} withRemoveButton onRemove={() => onChange(value.filter((other) => other !== tag))}>
            {tag}
          </Pill>
        ))}
        <PillsInput.Field
          id={id}
          list={`${id}-list`}
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) =>
            splitAt.test(currentTarget.value) ? add(currentTarget.value) : setTyped(currentTarget.value)
          }
          onKeyDown={onKeyDown}
          onBlur={() => add(typed)}
        />
      </Pill.Group>
      <datalist id={`${id}-list`}>
        {suggestions
          .filter((tag) => !value.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag}>
              {tag}
            </option>
          ))}
      </datalist>
    </PillsInput>
  );
}
