const tokens = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|(&&|\|\||[|;&()]|\d?>>?&?\d?|<)|(.)/gsy;

/**
 * The simple commands of a piece of shell as lists of words: enough of the shell for what guides show. Redirections and
 * what they lead to are left out; expansions stay as they are written.
 */
export function simpleCommands(shell: string): string[][] {
  const commands: string[][] = [];
  for (const line of logicalLines(shell)) commands.push(...commandsOf(line));
  return commands.filter(({ length }) => length > 0).map(withoutAssignments);
}

/** Without continuations, prompts, here-documents and comments. */
function logicalLines(shell: string): string[] {
  const lines: string[] = [];
  let end: string | null = null;
  for (const line of shell.replaceAll(/\\\n\s*/g, ' ').split('\n')) {
    if (end !== null) {
      if (line.trim() === end) end = null;
      continue;
    }
    end = /<<-?\s*'?(\w+)'?/.exec(line)?.[1] ?? null;
    lines.push(line.replace(/^\s*\$ /, '').replace(/<<-?\s*'?\w+'?/, ''));
  }
  return lines;
}

function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  let isTarget = false;
  const endWord = (): void => {
    if (word !== null && !isTarget) commands.at(-1)?.push(word);
    if (word !== null) isTarget = false;
    word = null;
  };
  for (const [all, single, double, escaped, blank, operator] of line.matchAll(tokens)) {
    if (blank !== undefined) endWord();
    else if (operator !== undefined) {
      endWord();
      if (/[<>]/.test(operator)) isTarget = !/&\d$/.test(operator);
      else commands.push([]);
    } else if (all === '#' && word === null) break;
    else word = (word ?? '') + (single ?? double?.replaceAll(/\\(.)/g, '$1') ?? escaped ?? all);
  }
  endWord();
  return commands;
}

const withoutAssignments = (words: string[]): string[] => {
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  return first === -1 ? [] : words.slice(first);
};
