const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes as people say them: 512 B, 3.4 MB (1 KB is 1024 B). */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A count with its thousands apart: 12,345. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** "1 event", "2 events", "2 branches". */
export const plural = (count: number, noun: string): string =>
  `${countText(count)} ${count === 1 ? noun : `${noun}${/(ch|s|x)$/.test(noun) ? 'es' : 's'}`}`;

/** A share of 0 to 1: 42 %. */
export const percent = (share: number | null): string =>
  share === null ? 'not known' : `${Math.round(share * 100)} %`;
