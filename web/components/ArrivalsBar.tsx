import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';

import { numberText } from '../ui/format.ts';

/** Says that there is more, and leaves the list as it is until one asks. */
export function ArrivalsBar({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <div role="status">
      {count > 0 && (
        <Button variant="light" fullWidth mb="sm" leftSection={<IconArrowUp size={15} />} onClick={onShow}>
          {numberText(count)} new · show {count === 1 ? 'it' : 'them'}
        </Button>
      )}
    </div>
  );
}
