import { Button } from '@mantine/core';
import { useState } from 'react';

import { AmberNote } from '../ui/Notes.tsx';

/**
 * What an open form began with. It stays while somebody else saves, so that nothing typed is lost; `changed` says that they did,
 * and `take` begins anew with what is saved now.
 */
export function useFormBase<Thing extends { updated_at: string }, Values>(
  current: Thing,
  valuesOf: (thing: Thing) => Values,
) {
  const [base, take] = useState(current);
  const before = valuesOf(base);
  const changed = current.updated_at > base.updated_at && JSON.stringify(before) !== JSON.stringify(valuesOf(current));
  return { base, before, changed, take };
}

/** Says that an open form is not what is saved any more. */
export function ChangedElsewhere({ onShow }: { onShow: () => void }) {
  const show = (
    <Button variant="default" onClick={onShow}>
      Show what is saved
    </Button>
  );
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>
      <AmberNote title="Somebody saved other settings meanwhile" action={show}>
        Saving here changes only what you changed; theirs stays. Showing what is saved drops what you typed.
      </AmberNote>
    </div>
  );
}

/** Of a field for code: what is typed is in its font, its label is not. */
export const CODE_STYLES = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };
