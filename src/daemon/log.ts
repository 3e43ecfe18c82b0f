import { appendFileSync, renameSync, statSync } from 'node:fs';
import { redactJson, unmarked } from '../core/redact.ts';

/**
 * Logs ids, counts and durations, never content. Messages of errors may quote what they failed on (that of `JSON.parse`
 * does), so all that is logged is redacted as well.
 */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  error(message: string, error: unknown, fields?: Record<string, unknown>): void;
}

const rotateBytes = 5 * 1024 * 1024;

/** Appends one JSON object a line to `path`; at 5 MiB the file becomes `path.1`. A line that cannot be written is given up. */
export function openLog(path: string): Log {
  const write = (level: string, message: string, fields: Record<string, unknown>): void => {
    try {
      const said = redactJson({ level, message, ...fields }, unmarked) as object;
      const line = `${JSON.stringify({ at: new Date().toISOString(), ...said })}\n`;
      rotate(path);
      appendFileSync(path, line, { mode: 0o600 });
    } catch {
      // A full disk takes no log either; whoever reports a failure must not fail of it.
    }
  };
  return {
    info: (message, fields = {}) => write('info', message, fields),
    error: (message, error, fields = {}) =>
      write('error', message, {
        ...fields,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  };
}

function rotate(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > rotateBytes) renameSync(path, `${path}.1`);
}
