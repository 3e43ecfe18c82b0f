import { createInterface } from 'node:readline/promises';
import { safeLine } from '../core/safe-text.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';

/** Asks for the name of what is about to go, on the terminal. Throws INVALID_ARGUMENT where nobody can be asked. */
export async function askForName(name: string): Promise<string> {
  const question = `This deletes everything in ${safeLine(name)}, for good. Type its name to go on: `;
  const refused = new AppError('INVALID_ARGUMENT', 'deleting a workspace needs its name a second time', {
    hint: `hivemind workspace delete ${JSON.stringify(name)} --confirm ${JSON.stringify(name)}`,
  });
  return ask(question, refused);
}

/** Asks a person whether our hooks are to be trusted. Throws INVALID_ARGUMENT where nobody can be asked. */
export async function askForTrust(agent: string): Promise<boolean> {
  const question = `${safeLine(agent)} asks you to look at each hook before it runs it. Those of Hivemind run its hook.sh
at the events of a session, which hands what the agent tells it to the daemon on this machine. They stand in
the settings that this command writes (--dry-run shows them). Trust them all? Type yes to go on: `;
  const refused = new AppError('INVALID_ARGUMENT', '--trust-hooks needs an explicit yes', {
    hint: `hivemind connect ${shellWord(agent)} --trust-hooks --yes`,
  });
  return (await ask(question, refused)).toLowerCase() === 'yes';
}

/** Asks for a yes to what cannot be undone. Throws INVALID_ARGUMENT where nobody can be asked, ABORTED on any other answer. */
export async function askToForget(question: string, command: string): Promise<void> {
  const refused = new AppError('INVALID_ARGUMENT', 'this cannot be undone: it needs an explicit yes', {
    hint: `${command} … --yes, or --dry-run to see what goes`,
  });
  if ((await ask(question, refused)).toLowerCase() === 'yes') return;
  throw new AppError('INVALID_ARGUMENT', 'not done: the answer was not yes');
}

/** Asks something of one letter on the terminal; `refused` where nobody can be asked. Returns it in lower case. */
export const askForLetter = async (question: string, refused: AppError): Promise<string> =>
  (await ask(question, refused)).slice(0, 1).toLowerCase();

async function ask(question: string, refused: AppError): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw refused;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes ctrl-c for itself while it asks.
  terminal.once('SIGINT', () => process.exit(130));
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
