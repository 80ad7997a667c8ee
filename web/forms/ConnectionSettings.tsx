import { NumberInput, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { Connection } from '../../src/contract/connections.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { AmberNote } from '../ui/Notes.tsx';
import { TagField } from '../ui/TagField.tsx';
import type { ConnectionValues } from './connection-values.ts';
import { CODE_STYLES } from './form-base.tsx';

interface SettingsProps {
  form: UseFormReturnType<ConnectionValues>;
}

/** Labels, people and templates. */
export function FilingSettings({ form }: SettingsProps) {
  return (
    <Stack>
      <TagField
        label="Labels"
        description="On every issue; one that is missing on GitHub is made."
        max={20}
        {...form.getInputProps('default_labels')}
      />
      <TagField
        label="Assignees"
        description="GitHub names. One that GitHub refuses never loses the issue."
        max={10}
        splitAt={/[,\s]/u}
        {...form.getInputProps('default_assignees')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Milestone"
          description="Its number on GitHub; empty for none"
          min={1}
          allowDecimal={false}
          {...form.getInputProps('milestone')}
        />
        <TextInput
          label="Issue type"
          description="Of the organisation, as “Bug”; empty for none"
          {...form.getInputProps('issue_type')}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Parent issue"
          description="Its number in this repository; empty for none"
          min={1}
          allowDecimal={false}
          {...form.getInputProps('parent_issue')}
        />
        <TextInput
          label="Project"
          description="Its address, as https://github.com/orgs/acme/projects/4"
          spellCheck={false}
          {...form.getInputProps('project')}
        />
      </SimpleGrid>
      {form.values.project.trim() !== '' && (
        <Textarea
          label="Fields of the project"
          description="One a line, as “Status = To do”: an option or an iteration by its name, a date as 2026-11-21."
          autosize
          minRows={2}
          {...form.getInputProps('project_fields')}
        />
      )}
      <Disclosure summary="Templates of title and text">
        <Stack mt="xs">
          <Textarea
            label="Title"
            description="Liquid; empty for the default."
            autosize
            minRows={1}
            styles={CODE_STYLES}
            {...form.getInputProps('title_template')}
          />
          <Textarea
            label="Text"
            description="Liquid; empty for the default."
            autosize
            minRows={5}
            maxRows={24}
            {...form.getInputProps('body_template')}
          />
        </Stack>
      </Disclosure>
    </Stack>
  );
}

/** What leaves the house. */
export function PrivacySettings({ form, visibility }: SettingsProps & { visibility: Connection['visibility'] }) {
  const exposed = form.values.send_personal_data_to_public;
  return (
    <Stack>
      <Switch
        label="Send personal data to a public repository"
        description="Off: the reporter’s e-mail, address and the like are left out when everybody can read the repository."
        {...form.getInputProps('send_personal_data_to_public', { type: 'checkbox' })}
      />
      {exposed && visibility === 'public' && (
        <AmberNote>This repository is public: everybody can read the reporters’ e-mail addresses there.</AmberNote>
      )}
      <Switch
        label="Leave @names and #numbers of users as they are"
        description="Off: what a user writes notifies nobody on GitHub and links to no other issue."
        {...form.getInputProps('allow_mentions', { type: 'checkbox' })}
      />
    </Stack>
  );
}

/** How GitHub's side comes back here. */
export function SyncSettings({ form }: SettingsProps) {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Sync schedule"
          description="Cron expression, in UTC; “0 3 * * *” is each night at three"
          spellCheck={false}
          {...form.getInputProps('sync_schedule')}
        />
        <NumberInput
          label="Issues an hour, at most"
          description="GitHub itself allows about 500"
          min={1}
          max={450}
          allowDecimal={false}
          {...form.getInputProps('creations_per_hour')}
        />
      </SimpleGrid>
      <Switch
        label="Import issues opened directly on GitHub"
        description="They are listed here as well, marked as external."
        {...form.getInputProps('import_external', { type: 'checkbox' })}
      />
    </Stack>
  );
}
