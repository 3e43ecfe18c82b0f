const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes as people say them: 512 B, 3.4 MiB. */
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

/** "1 event", "2 events", "2 branches"; `more` where a noun has a plural of its own. */
export const plural = (count: number, noun: string, more = pluralOf(noun)): string =>
  `${countText(count)} ${count === 1 ? noun : more}`;

const pluralOf = (noun: string): string => `${noun}${/(ch|s|x)$/.test(noun) ? 'es' : 's'}`;

/** How many of how many: 12 of 30; nothing to count: a dash. */
export const shareText = (did: number, of: number): string => (of === 0 ? '–' : `${did} of ${of}`);

/** A share of 0 to 1: 42 %; null: it is not known. */
export const percent = (share: number | null): string =>
  share === null ? 'not known' : `${Math.round(share * 100)} %`;

/** Milliseconds as people say them: 340 ms, 2.5 s, 3 min 20 s. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
