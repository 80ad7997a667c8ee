/** The value that `share` of the numbers do not pass. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Rounded for people. */
export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
