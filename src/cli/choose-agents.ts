import { createInterface } from 'node:readline/promises';
import { safeLine } from '../core/safe-text.ts';
import { AppError } from '../schema/app-error.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { Presentation } from './command.ts';

type Choice = OutputOf<'agent.list'>['agents'][number];

/** Connects what was named; without a name asks which of the installed agents, where somebody can be asked. */
export async function chooseAgents({
  call,
  input,
  context,
}: Presentation<'agent.connect'>): Promise<OutputOf<'agent.connect'>> {
  const isNamed = input.agent !== undefined || input.all === true;
  if (isNamed || !process.stdin.isTTY || !process.stderr.isTTY) return call('agent.connect', input, context);
  const { cwd, environment } = input;
  const { agents } = await call('agent.list', { cwd, environment }, context);
  const installed = agents.filter((agent) => agent.installed);
  // Nobody to choose from: the daemon says so, with what to type.
  if (installed.length === 0) return call('agent.connect', input, context);
  const chosen = await askWhich(installed);
  const outputs: OutputOf<'agent.connect'>[] = [];
  for (const { agent } of chosen) outputs.push(await call('agent.connect', { ...input, agent }, context));
  const last = outputs.at(-1);
  if (last === undefined)
    throw new AppError('INVALID_ARGUMENT', 'no agent was chosen', { hint: 'hivemind connect --all' });
  return { ...last, agents: outputs.flatMap((output) => output.agents) };
}

async function askWhich(installed: readonly Choice[]): Promise<Choice[]> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes ctrl-c for itself while it asks.
  terminal.once('SIGINT', () => process.exit(130));
  const lines = installed.map(({ title, connections }, index) => {
    const isConnected = connections.some(({ connected }) => connected);
    return `  ${index + 1}  ${safeLine(title)}${isConnected ? '  (connected)' : ''}`;
  });
  try {
    process.stderr.write(`Installed agents:\n${lines.join('\n')}\n`);
    const answer = await terminal.question('Which? Numbers, "all" (the default), or "none": ');
    return chosenBy(answer, installed);
  } finally {
    terminal.close();
  }
}

/** What an answer such as `1 3`, `all` or nothing means. Throws INVALID_ARGUMENT for anything else. */
export function chosenBy<C extends Pick<Choice, 'agent'>>(answer: string, installed: readonly C[]): C[] {
  const words = answer
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 0 || words.includes('all')) return [...installed];
  if (words.includes('none')) return [];
  return words.map((word) => {
    const choice = /^\d{1,3}$/.test(word)
      ? installed[Number(word) - 1]
      : installed.find(({ agent }) => agent === word);
    if (choice === undefined)
      throw new AppError('INVALID_ARGUMENT', `there is no choice ${JSON.stringify(word.slice(0, 50))}`, {
        hint: `a number from 1 to ${installed.length}, all, or none`,
      });
    return choice;
  });
}
