import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';

/** Opens what a page is about at its own home, beside the page. */
export function OpenOutside({ url, children }: { url: string; children: string }) {
  return (
    <Button
      component="a"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      variant="default"
      rightSection={<IconExternalLink size={15} />}
    >
      {children}
    </Button>
  );
}
