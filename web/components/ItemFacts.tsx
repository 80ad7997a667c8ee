import type { ReactNode } from 'react';

import type { MirroredIssue, MirroredPull } from '../../src/contract/mirror.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { Label } from '../ui/Label.tsx';
import { Time } from '../ui/Time.tsx';

/** Facts that issues and pull requests share; `children` are those of the one kind. */
export function ItemFacts({ item, children }: { item: MirroredIssue | MirroredPull; children: ReactNode }) {
  const { assignees, labels, milestone, created_at: createdAt, updated_at: updatedAt, closed_at: closedAt } = item;
  return (
    <Facts stacked>
      {children}
      <Fact name="Assigned to">{assignees.length === 0 ? 'nobody yet' : assignees.join(', ')}</Fact>
      {labels.length > 0 && (
        <Fact name="Labels">
          <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
            {labels.map(({ name, color }) => (
              <Label key={name} name={name} color={color} />
            ))}
          </span>
        </Fact>
      )}
      {milestone !== null && <Fact name="Milestone">{milestone.title ?? `#${milestone.number}`}</Fact>}
      <Fact name="Opened">
        <Time at={createdAt} />
      </Fact>
      <Fact name="Last change">
        <Time at={updatedAt} />
      </Fact>
      {closedAt !== null && (
        <Fact name="Closed">
          <Time at={closedAt} />
        </Fact>
      )}
    </Facts>
  );
}
