/** Somebody else's words as a sentence that another one may follow: with an end. */
export function ended(words: string): string {
  return /[.!?…]$/u.test(words) ? words : `${words}.`;
}
