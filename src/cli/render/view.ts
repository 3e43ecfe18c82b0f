import type { Paint } from './paint.ts';

/** What a renderer may know of the terminal and the time: it is given, so that renderers are pure. */
export interface View {
  paint: Paint;
  /** Epoch milliseconds. */
  now: number;
  /** Terminal cells per line. */
  width: number;
}
