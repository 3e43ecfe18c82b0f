import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { ProjectConfig } from '../schema/config.ts';
import type { Log } from './log.ts';

/** What the nearest `.hivemind.json` above a directory allows. */
export interface CaptureRule {
  capture: boolean;
  /** Whether an event about these paths (absolute, or relative to `cwd`) must stay out. */
  excludes(paths: readonly string[]): boolean;
}

const everything: CaptureRule = { capture: true, excludes: () => false };
/** A file that cannot be read may have said "do not capture": nothing is captured until it can. */
const nothing: CaptureRule = { capture: false, excludes: () => true };

/** Reads the nearest `.hivemind.json` at or above `cwd`. */
export async function captureRule(cwd: string, log: Log): Promise<CaptureRule> {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, '.hivemind.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return parseRule(text, path, cwd, log);
    if (dirname(directory) === directory) return everything;
  }
}

function parseRule(text: string, path: string, cwd: string, log: Log): CaptureRule {
  try {
    const config = ProjectConfig.parse(JSON.parse(text));
    const isExcluded = picomatch(config.exclude, { dot: true });
    const root = dirname(path);
    const excludes = (paths: readonly string[]): boolean =>
      config.exclude.length > 0 && paths.some((one) => isExcluded(relative(root, resolve(cwd, one))));
    return { capture: config.capture, excludes };
  } catch (error) {
    log.error('unreadable .hivemind.json: capture is off below it', error, { path });
    return nothing;
  }
}
