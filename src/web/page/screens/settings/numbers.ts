/** 12,345 */
export const countText = (count: number): string => count.toLocaleString('en');

/** 12 of 30; nothing to count: a dash. */
export const shareText = (did: number, of: number): string => (of === 0 ? '–' : `${did} of ${of}`);

/** A share between 0 and 1 as people say it; null: it is not known. */
export const percentText = (share: number | null): string =>
  share === null ? 'not known' : `${Math.round(share * 100)} %`;

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** 12.3 MB */
export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`;
}

/** 250 ms, 3.2 s, 4 min */
export function lengthText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}
