import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';

/** Says that there is more, and leaves the list as it is until one asks. */
export function ArrivalsBar({ words, onShow }: { words: string | null; onShow: () => void }) {
  return (
    <div role="status">
      {words !== null && (
        <Button variant="light" fullWidth mb="sm" leftSection={<IconArrowUp size={15} />} onClick={onShow}>
          {words}
        </Button>
      )}
    </div>
  );
}
