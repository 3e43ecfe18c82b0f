import { durationText } from '../core/amount-text.ts';
import { truncate } from '../core/display-width.ts';
import { safeLine } from '../core/safe-text.ts';
import type { Progress } from '../schema/operation.ts';

/** The part of standard error that progress is written to. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressLine {
  report(progress: Progress): void;
  /** Takes the line off the screen. */
  clear(): void;
}

const BAR_CELLS = 20;
/** For a terminal that does not know its width, or says 0. */
const UNKNOWN_WIDTH = 80;
const REDRAW_MS = 80;
const PLAIN_EVERY_MS = 5000;

const portion = ({ done, total }: Progress): number =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;

/** Bar, percentage, time left and message in at most `cells` cells. */
export function progressText(progress: Progress, elapsedMs: number, cells: number): string {
  const part = portion(progress);
  const full = Math.round(part * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  const leftMs = part > 0 && part < 1 && elapsedMs > 1000 ? (elapsedMs / part) * (1 - part) : null;
  const left = leftMs === null ? '' : `  ${durationText(leftMs)} left`;
  return truncate(
    `${bar} ${String(Math.floor(part * 100)).padStart(3)} %${left}  ${safeLine(progress.message)}`,
    cells,
  );
}

/**
 * Progress on `stream`: one line that redraws itself on a terminal, else a plain line every five seconds.
 * `now` gives monotonic milliseconds.
 */
export function createProgress(stream: ProgressStream, now: () => number): ProgressLine {
  const startedAt = now();
  let writtenAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const redraw = (progress: Progress): void => {
    stream.write(
      `\r${progressText(progress, now() - startedAt, (stream.columns || UNKNOWN_WIDTH) - 1)}\u001b[K`,
    );
    drawn = true;
  };
  const print = (progress: Progress): void => {
    stream.write(`${Math.floor(portion(progress) * 100)} %  ${safeLine(progress.message)}\n`);
  };
  return {
    report(progress) {
      const due = now() - writtenAt >= (stream.isTTY ? REDRAW_MS : PLAIN_EVERY_MS);
      if (!due && portion(progress) < 1) return;
      writtenAt = now();
      if (stream.isTTY) redraw(progress);
      else print(progress);
    },
    clear() {
      if (drawn) stream.write('\r\u001b[K');
      drawn = false;
    },
  };
}
