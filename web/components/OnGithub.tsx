import { OpenOutside } from './OpenOutside.tsx';

/** Opens what a page is about on GitHub, beside the page. */
export function OnGithub({ url }: { url: string }) {
  return <OpenOutside url={url}>Open on GitHub</OpenOutside>;
}
