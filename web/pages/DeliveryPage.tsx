import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { DeliveryDetail } from '../../src/contract/deliveries.ts';
import type { RouteAnswer } from '../../src/contract/routes.ts';
import { deliveryQuery } from '../api/mirror-queries.ts';
import { BackLink } from '../components/BackLink.tsx';
import columns from '../components/Columns.module.css';
import { Link } from '../components/Link.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { ReplayButton } from '../components/ReplayButton.tsx';
import { Section } from '../components/Section.tsx';
import { deliveryReason, deliveryState, eventWords } from '../mirror-words.ts';
import { paths } from '../paths.ts';
import { CopyIcon } from '../ui/Copy.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Fact, Facts } from '../ui/Facts.tsx';
import { numberText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import { AmberNote } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Countdown, Time } from '../ui/Time.tsx';
import classes from './DeliveryPage.module.css';

type Detail = RouteAnswer<'getDelivery'>;

/** What exactly did GitHub send, and what did it do? */
export default function DeliveryPage() {
  const { id = '' } = useParams({ strict: false });
  return (
    <Loaded query={useQuery(deliveryQuery(id))} height={110}>
      {(delivery) => <OneDelivery delivery={delivery} />}
    </Loaded>
  );
}

function OneDelivery({ delivery }: { delivery: Detail }) {
  const { next_attempt_at: nextAt, attempts, state } = delivery;
  const reason = deliveryReason(delivery);
  return (
    <>
      <PageHeader
        title={eventWords(delivery)}
        above={<BackLink to={paths.deliveries()}>Deliveries</BackLink>}
        lede={
          <span role="status" className={columns.state}>
            <Mark view={deliveryState(delivery)} />
            {reason !== null && <span>{reason}</span>}
            {state === 'received' && attempts > 0 && nextAt !== null && (
              <span>
                Next try in <Countdown until={nextAt} />
              </span>
            )}
          </span>
        }
        actions={<ReplayButton delivery={delivery} size="sm" />}
      />
      <Stack gap="lg">
        {state === 'failed' && (
          <AmberNote title="It is not tried again by itself">
            What it told of is read by the next sync. Replay it when what stood in its way is mended; when it fails
            again, send its reason to who runs the hub.
          </AmberNote>
        )}
        <Section title="Facts">
          <DeliveryFacts delivery={delivery} />
        </Section>
        <Section title="Payload">
          <Payload delivery={delivery} />
        </Section>
      </Stack>
    </>
  );
}

function DeliveryFacts({ delivery }: { delivery: Detail }) {
  const { guid, repository, sender, came_by: cameBy, received_at: receivedAt, applied_at: appliedAt } = delivery;
  return (
    <Facts>
      <Fact name="Repository">
        {repository === null ? (
          'none: it is not about one repository'
        ) : (
          <Anchor component={Link} to={paths.repository(repository)}>
            {repository}
          </Anchor>
        )}
      </Fact>
      <Fact name="Sender">{sender ?? 'GitHub does not say'}</Fact>
      <Fact name="Received">
        <Time at={receivedAt} />
        {cameBy === 'pull' && ', fetched from GitHub’s log because it never arrived'}
      </Fact>
      {appliedAt !== null && (
        <Fact name={delivery.state === 'ignored' ? 'Settled' : 'Applied'}>
          <Time at={appliedAt} />
        </Fact>
      )}
      <Fact name="Attempts">{numberText(delivery.attempts)}</Fact>
      <Fact name="GUID">
        <Group gap={4} component="span" display="inline-flex">
          <code>{guid}</code>
          <CopyIcon text={guid} label="Copy the GUID" />
        </Group>
      </Fact>
    </Facts>
  );
}

function Payload({ delivery }: { delivery: DeliveryDetail }) {
  const { payload, payload_bytes: bytes, payload_truncated: truncated } = delivery;
  const text = truncated ? payload : pretty(payload);
  return (
    <>
      <Group justify="space-between">
        <Text c="dimmed" size="sm">
          {numberText(bytes)} bytes of JSON{truncated && ', of which the first 200 kB are here'}
        </Text>
        <CopyIcon text={payload} label="Copy the payload" />
      </Group>
      <Disclosure summary="Show it">
        <pre className={classes.payload} tabIndex={0} aria-label="Payload">
          {text}
        </pre>
      </Disclosure>
    </>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    // shown as it came
    return json;
  }
}
