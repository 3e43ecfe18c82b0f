/** The value below which a share `at` (0 to 1) of the values lies, to three digits; null of none. */
export function quantile(values: readonly number[], at: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))];
  return value === undefined ? null : round(value);
}

export const round = (value: number): number => Math.round(value * 1000) / 1000;
