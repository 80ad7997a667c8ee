import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';

import classes from './ArrivalsBar.module.css';

/** Says that there is more, on the edge of the list, where it moves nothing, and leaves the list as it is until one asks. */
export function ArrivalsBar({ words, onShow }: { words: string | null; onShow: () => void }) {
  return (
    <div role="status" className={classes.edge}>
      {words !== null && (
        <Button size="compact-md" radius="xl" leftSection={<IconArrowUp size={15} />} onClick={onShow}>
          {words}
        </Button>
      )}
    </div>
  );
}
