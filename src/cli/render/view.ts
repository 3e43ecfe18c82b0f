import type { Paint } from './paint.ts';

/** What a renderer may know of the terminal and the time: it is given, so that renderers are pure. */
export interface View {
  paint: Paint;
  /** Epoch milliseconds. */
  now: number;
  /** Terminal cells per line. */
  width: number;
  /** The terminal shows ASCII only: pictures are drawn with what it has. */
  ascii?: boolean;
}

/** Whether the locale says that the terminal shows no more than ASCII; one that says nothing is as most are. */
export function isAsciiOnly(env: Record<string, string | undefined>): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}
