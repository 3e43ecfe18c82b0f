import { readFileSync } from 'node:fs';
import { safeLine } from '../../core/safe-text.ts';
import type { Call } from '../../schema/operation.ts';
import { createClient } from '../../wire/client.ts';
import { socketPath } from '../../wire/paths.ts';
import {
  beginning,
  behind,
  type Choice,
  type Commands,
  choicesFor,
  type Named,
  type Typed,
} from './choices.ts';

/** Whoever presses a key waits for it: a daemon that is slower is not waited for. */
const waitMs = 700;
const mostNames = 200;
const aboutLength = 80;

interface Manifest {
  commands: Commands;
}

/** Prints what may stand at the last of the words, a line each; says nothing when it cannot know, and never fails. */
export async function run(words: readonly string[], root: string): Promise<void> {
  try {
    const { commands } = readJson(`${root}/oclif.manifest.json`) as Manifest;
    const topics = topicsOf(readJson(`${root}/package.json`));
    if (words.length > 1 && words[0] === 'help') return print(helpChoices(words, commands, topics));
    const wanted = choicesFor(words, commands, topics);
    if (wanted.kind === 'files') process.stdout.write(':files\n');
    else if (wanted.kind === 'choices') print(wanted.choices);
    else print(behind(wanted.before, beginning(await namesOf(wanted.of, wanted.typed), wanted.begun)));
  } catch {
    // No daemon, or one that does not know the place: there is nothing to offer.
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function topicsOf(packageFile: unknown): Record<string, string> {
  const { oclif } = packageFile as { oclif: { topics: Record<string, { description: string }> } };
  return Object.fromEntries(
    Object.entries(oclif.topics).map(([name, { description }]) => [name, description]),
  );
}

function helpChoices(words: readonly string[], commands: Commands, topics: Record<string, string>): Choice[] {
  const wanted = choicesFor(words.slice(1), commands, topics);
  return wanted.kind === 'choices' ? wanted.choices : [];
}

function print(choices: readonly Choice[]): void {
  const lines = choices.map(({ value, about }) => `${value}\t${safeLine(about).slice(0, aboutLength)}\n`);
  process.stdout.write(lines.join(''));
}

async function namesOf(of: Named, typed: Typed): Promise<Choice[]> {
  const client = createClient(socketPath(), '', waitMs);
  // A daemon that answers slowly and never stops would keep the line for as long.
  const timer = setTimeout(() => client.close(), waitMs);
  try {
    const names = await ask(client.call, of, typed);
    // A name that a terminal cannot show as it is cannot be typed either.
    return names.filter(({ value }) => value !== '' && value === safeLine(value)).slice(0, mostNames);
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

async function ask(call: Call, of: Named, typed: Typed): Promise<Choice[]> {
  const workspace = typed.workspace ?? process.env.HIVEMIND_WORKSPACE;
  const where = { cwd: process.cwd(), ...(workspace ? { workspace } : {}) };
  const branch = typed.branch ?? process.env.HIVEMIND_BRANCH;
  const line = branch ? { branch } : {};
  switch (of) {
    case 'workspace': {
      const { workspaces } = await call('workspace.list', {});
      return workspaces.map(({ name }) => ({ value: name, about: '' }));
    }
    case 'branch':
    case 'deleted branch': {
      const { branches } = await call('branch.list', {
        ...where,
        deleted: of !== 'branch',
        limit: mostNames,
      });
      return branches.map(({ name, agent }) => ({ value: name, about: agent ?? '' }));
    }
    case 'session': {
      const { sessions } = await call('session.list', { ...where, ...line, limit: mostNames });
      return sessions.map(({ id, agent, title }) => ({ value: id.slice(-12), about: `${agent}: ${title}` }));
    }
    case 'plan item': {
      const { items } = await call('plan.show', { ...where, ...line });
      return items.map(({ id, title }) => ({ value: id.slice(-6), about: title }));
    }
  }
}
