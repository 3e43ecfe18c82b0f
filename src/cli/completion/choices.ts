/** A flag or an argument as oclif's manifest has it. */
export interface Part {
  name: string;
  description?: string;
  char?: string;
  type?: string;
  options?: string[];
  allowNo?: boolean;
  hidden?: boolean;
  multiple?: boolean;
}

export interface CommandParts {
  summary?: string;
  flags: Record<string, Part>;
  args: Record<string, Part>;
  hidden?: boolean;
}

/** Commands by their words with colons between them, such as "branch:list". */
export type Commands = Readonly<Record<string, CommandParts>>;

/**
 * What a value is; `names`: of those that only the daemon knows, the ones that go on from `begun`. A shell replaces the
 * whole word at the cursor: `before` is what of it stands before each name, such as "--branch=".
 */
export type Wanted =
  | { kind: 'choices'; choices: Choice[] }
  | { kind: 'names'; of: Named; typed: Typed; begun: string; before: string }
  | { kind: 'files' };

export type Named = 'workspace' | 'branch' | 'deleted branch' | 'session' | 'plan item';

export interface Choice {
  value: string;
  about: string;
}

/** What was typed before that says where names are looked for. */
export interface Typed {
  workspace: string | undefined;
  branch: string | undefined;
}

const namedFlags: Readonly<Record<string, Named>> = {
  workspace: 'workspace',
  branch: 'branch',
  into: 'branch',
  from: 'branch',
  session: 'session',
  item: 'plan item',
};

/** Command, or the first word of it, and argument → what it names. */
const namedArguments: Readonly<Record<string, Named>> = {
  'branch:restore name': 'deleted branch',
  'branch name': 'branch',
  'merge name': 'branch',
  'plan item': 'plan item',
  'replay session': 'session',
  'review name': 'branch',
  'session session': 'session',
  'workspace workspace': 'workspace',
};

/** What may stand at the last of the words; those before it are complete. */
export function choicesFor(
  words: readonly string[],
  commands: Commands,
  topics: Readonly<Record<string, string>>,
): Wanted {
  const all = joinedValues(words);
  const last = all.at(-1) ?? '';
  const before = all.slice(0, -1);
  const { id, command, rest } = commandIn(before, commands);
  const typed = typedIn(rest, command);
  const flag = flagBefore(rest, command);
  if (flag !== undefined) return valuesOf(flag, namedFlags[flag.name], typed, last);
  const inWord = /^--([\w-]+)=/.exec(last);
  if (inWord !== null) {
    const named = command?.flags[inWord[1] ?? ''];
    if (named === undefined) return { kind: 'choices', choices: [] };
    return valuesOf(named, namedFlags[named.name], typed, last.slice(inWord[0].length), inWord[0]);
  }
  if (last.startsWith('-')) return { kind: 'choices', choices: beginning(flagChoices(command), last) };
  const next = rest.length === 0 ? nextWords(before, commands, topics) : [];
  if (command === undefined) return { kind: 'choices', choices: beginning(next, last) };
  const argument = argumentAt(rest, command);
  if (argument === undefined) return { kind: 'choices', choices: beginning(next, last) };
  const key = `${id} ${argument.name}`;
  const named = namedArguments[key] ?? namedArguments[`${id.split(':')[0]} ${argument.name}`];
  const isNew = key === 'branch:create name';
  const wanted = valuesOf(argument, isNew ? undefined : named, typed, last);
  if (next.length === 0) return isNew ? { kind: 'choices', choices: [] } : wanted;
  const matching = beginning(next, last);
  return matching.length > 0 || wanted.kind !== 'names' ? { kind: 'choices', choices: matching } : wanted;
}

/** bash takes `--branch=main` for three words. */
function joinedValues(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before !== undefined && word === '=' && /^--[\w-]+$/.test(before)) continue;
    joined.push(word);
  }
  // Nothing stands behind the sign yet: an empty value is completed.
  if (words.at(-1) === '=') joined.push('');
  return joined;
}

/** The command with the most words. */
function commandIn(
  words: readonly string[],
  commands: Commands,
): { id: string; command: CommandParts | undefined; rest: string[] } {
  for (let length = Math.min(3, words.length); length > 0; length -= 1) {
    const id = words.slice(0, length).join(':');
    const command = commands[id];
    if (command !== undefined && Object.hasOwn(commands, id))
      return { id, command, rest: words.slice(length) };
  }
  return { id: '', command: undefined, rest: [] };
}

const flagOf = (word: string, command: CommandParts | undefined): Part | undefined =>
  Object.values(command?.flags ?? {}).find(
    ({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`),
  );

/** The flag that waits for its value at the end of the words. */
function flagBefore(rest: readonly string[], command: CommandParts | undefined): Part | undefined {
  const flag = flagOf(rest.at(-1) ?? '', command);
  return flag !== undefined && flag.type !== 'boolean' ? flag : undefined;
}

function typedIn(rest: readonly string[], command: CommandParts | undefined): Typed {
  const said = (name: string): string | undefined => {
    const place = rest.findIndex(
      (word) => flagOf(word, command)?.name === name || word.startsWith(`--${name}=`),
    );
    const word = rest[place];
    return word?.includes('=') ? word.slice(word.indexOf('=') + 1) : rest[place + 1 || rest.length];
  };
  return { workspace: said('workspace'), branch: said('branch') };
}

/** The argument at whose place the cursor is. */
function argumentAt(rest: readonly string[], command: CommandParts): Part | undefined {
  let place = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    const flag = flagOf(word, command);
    if (flag !== undefined && flag.type !== 'boolean') at += 1;
    else if (!word.startsWith('-')) place += 1;
  }
  const all = Object.values(command.args);
  const last = all.at(-1);
  return all[place] ?? (last?.multiple === true ? last : undefined);
}

function valuesOf(part: Part, named: Named | undefined, typed: Typed, begun: string, before = ''): Wanted {
  if (part.options !== undefined) {
    const choices = beginning(
      part.options.map((value) => ({ value, about: '' })),
      begun,
    );
    return { kind: 'choices', choices: behind(before, choices) };
  }
  return named === undefined ? { kind: 'files' } : { kind: 'names', of: named, typed, begun, before };
}

function flagChoices(command: CommandParts | undefined): Choice[] {
  const help = { value: '--help', about: 'Show help' };
  const flags = Object.values(command?.flags ?? {}).filter(({ hidden }) => hidden !== true);
  return [
    ...flags.flatMap(({ name, description = '', allowNo }) => [
      { value: `--${name}`, about: description },
      ...(allowNo === true ? [{ value: `--no-${name}`, about: '' }] : []),
    ]),
    help,
  ];
}

/** Words that lead on to commands from those that are there. */
function nextWords(
  words: readonly string[],
  commands: Commands,
  topics: Readonly<Record<string, string>>,
): Choice[] {
  const prefix = words.map((word) => `${word}:`).join('');
  const found = new Map<string, string>();
  for (const [id, { summary = '', hidden }] of Object.entries(commands)) {
    if (!id.startsWith(prefix) || hidden === true) continue;
    const [word = '', ...more] = id.slice(prefix.length).split(':');
    if (more.length === 0) found.set(word, topics[`${prefix}${word}`] ?? summary);
    else if (!found.has(word)) found.set(word, topics[`${prefix}${word}`] ?? '');
  }
  if (words.length === 0) found.set('help', 'How something is done, or what a command takes');
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, about]) => ({ value, about }));
}

export const beginning = (choices: readonly Choice[], begun: string): Choice[] =>
  choices.filter(({ value }) => value.startsWith(begun));

/** The same choices as whole words that start with `before`. */
export const behind = (before: string, choices: readonly Choice[]): Choice[] =>
  choices.map(({ value, about }) => ({ value: `${before}${value}`, about }));
