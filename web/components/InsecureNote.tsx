import { RedNote } from '../ui/Notes.tsx';

/** Loud wherever a connection is shown whose certificate nobody checks. */
export function InsecureNote({ name }: { name: string }) {
  return (
    <RedNote title="No certificate is checked">
      Anybody on the way between this hub and {name} can read the token and change what is said. Paste the certificate
      of your authority instead, and switch the check on again.
    </RedNote>
  );
}
