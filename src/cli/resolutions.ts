import { text } from 'node:stream/consumers';
import { AppError } from '../schema/app-error.ts';
import type { Resolution } from '../schema/records.ts';
import { readNamedFile } from './read-file.ts';

export type Resolutions = Record<string, Resolution>;

/** Reads resolutions from a JSON file, or (-) from standard input. */
export async function readResolutions(file: string): Promise<Resolutions> {
  const json = file === '-' ? await text(process.stdin) : await readNamedFile(file);
  return parseResolutions(json, file === '-' ? 'standard input' : file);
}

/** What each is, the daemon checks; that it is an object, whoever wrote it should hear in his own words. */
export function parseResolutions(json: string, source: string): Resolutions {
  const value = parse(json, source);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Resolutions;
  throw new AppError('INVALID_ARGUMENT', `${source} is not a JSON object of conflict ids`, { hint });
}

function parse(json: string, source: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AppError('INVALID_ARGUMENT', `${source} is not JSON: ${(cause as Error).message}`, {
      hint,
      cause,
    });
  }
}

const hint = 'such as {"plan/itm_…/state@1a2b3c4d": {"take": "theirs"}}';
