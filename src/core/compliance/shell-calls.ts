/** Longest command that is looked at; what an agent types is shorter, and a file that it pastes tells nothing. */
const mostChars = 20_000;

/** Words that run the command that follows them. */
const carriers = new Set(['env', 'sudo', 'time', 'command', 'exec', 'nohup', 'npx']);
const shells = new Set(['sh', 'bash', 'zsh', 'dash']);

/**
 * The arguments of every call of `program` in a shell's command line: at its beginning, behind `;`, `&`, `|`, a bracket
 * or a line break, behind variables that are set for it, or inside `sh -c`. What is only quoted or printed is none.
 */
export function callsOf(program: string, command: string, depth = 0): string[][] {
  return simpleCommands(command.slice(0, mostChars)).flatMap((words) => {
    const start = words.findIndex((word) => !/^\w+=/.test(word) && !carriers.has(word));
    const [first = '', ...args] = start < 0 ? [] : words.slice(start);
    const name = first.slice(first.lastIndexOf('/') + 1);
    if (name === program) return [args];
    const inner = args[args.findIndex((word) => /^-[a-z]*c$/.test(word)) + 1];
    return shells.has(name) && inner !== undefined && inner !== args[0] && depth < 3
      ? callsOf(program, inner, depth + 1)
      : [];
  });
}

/** The command line's simple commands as words, quotes taken off. One pass. */
function simpleCommands(command: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  let quoting = '';
  const endWord = (): void => {
    if (word !== null) commands.at(-1)?.push(word);
    word = null;
  };
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at] ?? '';
    if (quoting !== '') {
      if (char === quoting) quoting = '';
      else if (char === '\\' && quoting === '"') {
        at += 1;
        word = (word ?? '') + (command[at] ?? '');
      } else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quoting = char;
      word ??= '';
    } else if (char === '\\') {
      at += 1;
      // A line break behind it is none.
      if (command[at] !== '\n') word = (word ?? '') + (command[at] ?? '');
    } else if (/[;&|(){}\n`]/.test(char)) {
      endWord();
      commands.push([]);
    } else if (/\s/.test(char)) endWord();
    else word = (word ?? '') + char;
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}
