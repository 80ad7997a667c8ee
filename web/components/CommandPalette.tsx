import { Modal, Text, TextInput, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

import { paths } from '../paths.ts';
import classes from './CommandPalette.module.css';
import type { Command } from './commands.ts';
import { useCommandsOfPage } from './commands.ts';
import { useGo } from './Link.tsx';
import { navigationOf, settingsOf } from './navigation.ts';
import { useLeave, useSession } from './session.ts';

/** Pages of an admin that no navigation names. */
const ADMIN_PAGES = [
  { label: 'Rules: which errors become issues', to: paths.rules() },
  { label: 'Make a rule', to: paths.ruleNew() },
  { label: 'Connect Sentry', to: paths.sentryNew() },
];

function useCommands(typed: string, onKeys: () => void): Command[] {
  const go = useGo();
  const leave = useLeave();
  const { role } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const ofPage = useCommandsOfPage();
  const pages = navigationOf(role).filter((item) => item.off === undefined);
  const settings = role === 'reporter' ? [] : settingsOf(role);
  const all: Command[] = [
    ...ofPage,
    ...pages.map(({ label, to }) => ({ label, hint: 'go to', run: () => go(to) })),
    ...settings.map(({ label, to }) => ({ label: `Settings: ${label}`, hint: 'go to', run: () => go(to) })),
    ...(role === 'reporter' ? [] : ADMIN_PAGES.map(({ label, to }) => ({ label, hint: 'go to', run: () => go(to) }))),
    { label: 'API reference', hint: 'go to', run: () => go(paths.docs()) },
    ...(['auto', 'light', 'dark'] as const)
      .filter((scheme) => scheme !== colorScheme)
      .map((scheme) => ({ label: `Colours: ${scheme}`, hint: 'do', run: () => setColorScheme(scheme) })),
    { label: 'Keys', hint: 'show', run: onKeys },
    { label: 'Sign out', hint: 'do', run: () => void leave() },
  ];
  const words = typed.toLowerCase().split(/\s+/u);
  const found = all.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  if (typed.trim() === '' || role === 'reporter') return found;
  return [
    ...found,
    { label: `Find “${typed.trim()}” in the issues`, hint: 'search', run: () => go(paths.issues(typed.trim())) },
    { label: `Find “${typed.trim()}” in the errors`, hint: 'search', run: () => go(paths.errors(typed.trim())) },
  ];
}

/** Everything one can go to or do, by typing a few letters of it. */
export default function CommandPalette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const commands = useCommands(typed, onKeys);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(commands.length, 1));
    else if (event.key === 'ArrowUp') setActive((active - 1 + commands.length) % Math.max(commands.length, 1));
    else if (event.key === 'Enter') run(commands[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened onClose={onClose} size={560} yOffset="12vh" centered={false}>
      <Modal.Overlay />
      <Modal.Content aria-label="Go to or do something">
        <Modal.Body p={0}>
          <TextInput
            data-autofocus
            variant="unstyled"
            size="lg"
            px="md"
            placeholder="Go to or do…"
            aria-label="Go to or do"
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={commands.length === 0 ? undefined : `${id}-${active}`}
            aria-autocomplete="list"
            leftSection={<IconSearch size={18} />}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
          <div ref={list} id={`${id}-list`} role="listbox" aria-label="Commands" className={classes.list}>
            {commands.map((command, index) => (
              <div
                key={`${command.hint} ${command.label}`}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                className={classes.option}
                onPointerMove={() => setActive(index)}
                onPointerUp={() => run(command)}
              >
                {command.label}
                <small>{command.hint}</small>
              </div>
            ))}
          </div>
          {commands.length === 0 && (
            <Text c="dimmed" p="md">
              Nothing has these words.
            </Text>
          )}
          <VisuallyHidden role="status">{commands.length} found</VisuallyHidden>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
