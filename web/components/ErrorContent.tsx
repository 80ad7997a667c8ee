import { Anchor, Code, Text } from '@mantine/core';

import type { ErrorDetail } from '../../src/contract/errors.ts';
import { countsText, sentryState } from '../error-words.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { Label } from '../ui/Label.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Row, Rows } from '../ui/Rows.tsx';

/** Where an error happens: its facts, its tags, and the useful frames of the latest stack. */
export function ErrorContent({ error }: { error: ErrorDetail }) {
  const culprit = error.sentry.culprit === '' ? null : error.sentry.culprit;
  const { location, stack, release, environment, tags } = error;
  const none = location === null && stack === null && release === null && environment === null && tags.length === 0;
  return (
    <>
      <Facts>
        {culprit !== null && culprit !== location && <Fact name="Culprit">{culprit}</Fact>}
        {location !== null && <Fact name="Location">{location}</Fact>}
        {release !== null && <Fact name="Release">{release}</Fact>}
        {environment !== null && <Fact name="Environment">{environment}</Fact>}
        {tags.length > 0 && (
          <Fact name="Tags">
            <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
              {tags.map(({ key, value }) => (
                <Label key={`${key} ${value}`} name={`${key}: ${value}`} />
              ))}
            </span>
          </Fact>
        )}
      </Facts>
      {stack !== null && (
        <Code block mt="md" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {stack}
        </Code>
      )}
      {none && <Text c="dimmed">Its latest event was not read: that is done when it is filed.</Text>}
    </>
  );
}

/** The other Sentry issues of the same GitHub issue. */
export function Siblings({ siblings }: { siblings: ErrorDetail['siblings'] }) {
  return (
    <Rows label="Other Sentry issues of this GitHub issue">
      {siblings.map((sibling) => (
        <Row
          key={sibling.id}
          title={
            sibling.url === null ? (
              sibling.title
            ) : (
              <Anchor href={sibling.url} target="_blank" rel="noopener noreferrer">
                {sibling.title}
              </Anchor>
            )
          }
          note={`${sibling.short_id ?? sibling.id} · ${sibling.project} · ${countsText(sibling)}`}
          end={<Mark view={sentryState(sibling)} />}
        />
      ))}
    </Rows>
  );
}
