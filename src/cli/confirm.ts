import { createInterface } from 'node:readline/promises';
import { safeLine } from '../core/safe-text.ts';
import { AppError } from '../schema/app-error.ts';

/** Asks for the name of what is about to go, on the terminal. Throws INVALID_ARGUMENT where nobody can be asked. */
export async function askForName(name: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AppError('INVALID_ARGUMENT', 'deleting a workspace needs its name a second time', {
      hint: `hivemind workspace delete ${JSON.stringify(name)} --confirm ${JSON.stringify(name)}`,
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes ctrl-c for itself while it asks.
  terminal.once('SIGINT', () => process.exit(130));
  try {
    const answer = await terminal.question(
      `This deletes everything in ${safeLine(name)}, for good. Type its name to go on: `,
    );
    return answer.trim();
  } finally {
    terminal.close();
  }
}
