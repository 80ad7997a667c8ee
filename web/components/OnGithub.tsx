import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';

/** Opens what a page is about on GitHub, beside the page. */
export function OnGithub({ url }: { url: string }) {
  return (
    <Button
      component="a"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      variant="default"
      rightSection={<IconExternalLink size={15} />}
    >
      Open on GitHub
    </Button>
  );
}
