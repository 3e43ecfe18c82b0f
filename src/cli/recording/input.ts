import { AppError } from '../../schema/app-error.ts';
import type { InputOf } from '../../schema/operation.ts';
import { currentSession } from './session.ts';

/** Fields that may stand on standard input. */
const readable = ['text', 'output', 'diff', 'error'] as const;

/** Most bytes that are read from standard input. */
const mostBytes = 16_000_000;

/** The input with what `-` stands for, and with the session of this shell where none is named. */
export async function completeRecord(input: InputOf<'event.record'>): Promise<InputOf<'event.record'>> {
  const wanted = readable.filter((field) => input[field] === '-');
  if (wanted.length > 1)
    throw new AppError('INVALID_ARGUMENT', `only one of ${wanted.join(', ')} can be on standard input`);
  const text = wanted.length === 0 ? null : await readInput();
  const said = wanted[0] === undefined || text === null ? {} : { [wanted[0]]: text };
  const isAgent = input.caller !== undefined && !process.env.HIVEMIND_SESSION;
  const session = input.session ?? (isAgent ? undefined : currentSession(process.env));
  return { ...input, ...said, ...(session === undefined ? {} : { session }) };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
