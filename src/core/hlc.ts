/** Milliseconds that a source's clock may be ahead before only the counter moves. */
export const maxSkewMs = 5 * 60 * 1000;

const counterLimit = 0xffff;

const pack = (ms: number, counter: number): string =>
  ms.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');

export const hlcMs = (hlc: string): number => Number.parseInt(hlc.slice(0, 12), 16);
const hlcCounter = (hlc: string): number => Number.parseInt(hlc.slice(12), 16);

export const zeroHlc = pack(0, 0);

/** The clock's next reading: greater than `last`, and `nowMs` whenever that is later. */
export function tick(last: string, nowMs: number): string {
  const lastMs = hlcMs(last);
  if (nowMs > lastMs) return pack(nowMs, 0);
  const counter = hlcCounter(last) + 1;
  return counter > counterLimit ? pack(lastMs + 1, 0) : pack(lastMs, counter);
}

/** What `last` becomes after an event of another writer was seen; a clock that is far ahead moves only the counter. */
export function observe(last: string, seen: string, nowMs: number): string {
  if (seen <= last) return last;
  return hlcMs(seen) > nowMs + maxSkewMs ? tick(last, hlcMs(last)) : seen;
}
