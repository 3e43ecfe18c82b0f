import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseHandoffLines } from '../core/handoff-lines.ts';
import { AppError } from '../schema/app-error.ts';
import type { InputOf } from '../schema/operation.ts';

type Written = NonNullable<InputOf<'handoff.offer'>['content']>;

const hint = 'such as {"task": "…", "next": "…", "questions": ["…"]}; or lines: task: …';

/** A handoff that stands in a file, or (-) comes on standard input: JSON, or lines. What its fields may be the daemon checks. */
export async function readWritten(file: string): Promise<Written> {
  const source = file === '-' ? 'standard input' : file;
  const written = (file === '-' ? await text(process.stdin) : await readText(file)).trim();
  if (written === '') throw new AppError('INVALID_ARGUMENT', `content: ${source} is empty`, { hint });
  if (!written.startsWith('{') && !written.startsWith('[')) return fromLines(written, source);
  const value = parse(written, source);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Written;
  throw new AppError('INVALID_ARGUMENT', `content: ${source} is no JSON object`, { hint });
}

function fromLines(written: string, source: string): Written {
  const { value, fault } = parseHandoffLines(written);
  if (fault === null) return value;
  throw new AppError('INVALID_ARGUMENT', `content: ${source}, line ${fault.line}: ${fault.message}`, {
    hint,
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('NOT_FOUND', `content: ${file} cannot be read: ${(cause as Error).message}`, {
      hint: `ls -l ${file}`,
      cause,
    });
  }
}

function parse(json: string, source: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AppError('INVALID_ARGUMENT', `content: ${source} is not JSON: ${(cause as Error).message}`, {
      hint,
      cause,
    });
  }
}
