import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, toAppError } from '../../schema/app-error.ts';
import type { Call, CallContext, InputOf, OutputOf } from '../../schema/operation.ts';
import { askForLetter } from '../confirm.ts';
import { renderError } from '../exit.ts';
import { readNamedFile } from '../read-file.ts';
import { renderPlanEdit } from '../render/plan-edit.ts';
import type { View } from '../render/view.ts';
import { openEditor } from './editor.ts';

type Edit = OutputOf<'plan.edit'>;

export interface Editing {
  call: Call;
  input: InputOf<'plan.edit'>;
  context: Partial<CallContext>;
  view: View;
  env: Record<string, string | undefined>;
}

/** Most bytes of a text. */
const mostBytes = 1_000_000;

/** The text of a file, or (-) of standard input. */
export async function readPlanText(file: string): Promise<string> {
  const text = file === '-' ? await readInput() : await readNamedFile(file);
  if (text.length <= mostBytes) return text;
  throw new AppError('INVALID_ARGUMENT', `${file} has more than ${mostBytes} characters`, {
    hint: 'hivemind plan edit --file with a part of it',
  });
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes * 4) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets a person edit the plan in an editor. What was typed is never lost: where it is not written, its file stays. Null: nothing changed. */
export async function editPlanByHand(editing: Editing): Promise<Edit | null> {
  const { call, input, context } = editing;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AppError('FAILED_PRECONDITION', 'an editor needs a terminal', {
      hint: 'hivemind plan edit --file plan.md, or --file - for standard input; --json shows the form',
    });
  const { text } = await call('plan.edit', input, context);
  const directory = await mkdtemp(join(tmpdir(), 'hivemind-plan-'));
  const file = join(directory, 'plan.md');
  await writeFile(file, text, { mode: 0o600 });
  const edited = await untilWritten(editing, file, text);
  if (edited !== 'kept') await rm(directory, { recursive: true, force: true });
  return edited === 'kept' || edited === 'unchanged' ? null : edited;
}

/** Opens the editor until what it left is written, or given up. */
async function untilWritten(
  editing: Editing,
  file: string,
  before: string,
): Promise<Edit | 'kept' | 'unchanged'> {
  const { call, input, context, view, env } = editing;
  for (;;) {
    await openEditor(file, env);
    const text = await readPlanText(file);
    if (text === before) return say('Nothing was changed.', 'unchanged');
    const wish = { ...input, text };
    try {
      const preview = await call('plan.edit', { ...wish, 'dry-run': true }, context);
      if (preview.changes.length === 0) return say('Nothing was changed.', 'unchanged');
      process.stderr.write(`${renderPlanEdit(preview, view, true)}\n`);
      const answer = await choose('Write this? [y]es, [e]dit again, [n]o: ');
      if (answer === 'y') return await call('plan.edit', wish, context);
      if (answer !== 'e') return say(`Nothing was written; what you typed is in ${file}`, 'kept');
    } catch (error) {
      process.stderr.write(renderError(toAppError(error), view.paint));
      const answer = await choose('[e]dit again, or [n]o: ');
      if (answer !== 'e') return say(`Nothing was written; what you typed is in ${file}`, 'kept');
    }
  }
}

function say<T>(text: string, result: T): T {
  process.stderr.write(`${text}\n`);
  return result;
}

const choose = (question: string): Promise<string> =>
  askForLetter(
    question,
    new AppError('FAILED_PRECONDITION', 'nobody can be asked', { hint: 'hivemind plan edit --file FILE' }),
  );
