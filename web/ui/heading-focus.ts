let expected = false;

function isTypingSomewhere(): boolean {
  return document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLTextAreaElement;
}

/** One goes to another page: its heading, whenever it comes, takes the focus, for that is where its reading starts. */
export function expectHeading(): void {
  expected = true;
}

/** Gives the focus to the heading if it is awaited; not where a page put it into a field already. */
export function focusHeading(): void {
  const heading = document.getElementById('page-heading');
  if (!expected || heading === null) return;
  expected = false;
  if (!isTypingSomewhere()) heading.focus({ preventScroll: true });
}
