import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Home, packageRoot } from './home.ts';

/** One block of commands of a page that is followed step by step. */
export interface Step {
  /** The line of the page on which the block begins, counted from 1. */
  line: number;
  shell: string;
  /** What the page shows as its output; null: nothing. */
  shown: string | null;
  /** Why it is not run, in the words of the page; null: it is. */
  notRun: string | null;
}

/**
 * The steps of a page: its `sh` blocks, each with the `text` block that comes next. A comment `<!-- not run: REASON -->`
 * before a block leaves it out.
 */
export function stepsOf(markdown: string): Step[] {
  const parts = markdown.matchAll(/<!-- not run: (.*?) -->|^```(sh|text)\n(.*?)^```$/gms);
  const steps: Step[] = [];
  let notRun: string | null = null;
  for (const { 0: all, 1: reason, 2: language, 3: body = '', index } of parts) {
    if (reason !== undefined) notRun = reason;
    else if (language === 'sh') {
      const line = markdown.slice(0, index + all.indexOf(body)).split('\n').length;
      steps.push({ line, shell: body, shown: null, notRun });
      notRun = null;
    } else {
      const last = steps.at(-1);
      if (last !== undefined) last.shown = body;
    }
  }
  return steps;
}

// What differs from run to run: ids, hashes, times, durations, sizes in tokens, the user.
const varying: readonly [RegExp, string][] = [
  [/\b(?:[a-z]{2,4}_)?(?=[0-9a-f]*\d)[0-9a-f]{6,40}\b/g, '#'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\b|\b\d\d?:\d\d(?::\d\d)?\b/g, '@'],
  [/\b(?:just now|now|(?:\d+|a|an) ?(?:ms|s|sec|min|h|d|days?|hours?|minutes?)(?: ago)?)\b/g, '@'],
  [/[\d,.]+(?= tokens?\b)/g, '0'],
  [/\s+/g, ' '],
];

const settled = (line: string): string =>
  varying.reduce((text, [pattern, mark]) => text.replaceAll(pattern, mark), line).trim();

/** The first line that the page shows and the output does not have behind those before it; null: all are there. */
export function missingLine(shown: string, output: string): string | null {
  const there = output.split('\n').map(settled);
  let from = 0;
  for (const line of shown.split('\n')) {
    const parts = settled(line)
      .split('…')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (parts.length === 0) continue;
    const at = there.findIndex((candidate, index) => index >= from && hasInOrder(candidate, parts));
    if (at === -1) return line;
    from = at + 1;
  }
  return null;
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

/** Puts the built program where install.sh would put it. */
export function placeProgram(home: Pick<Home, 'dir' | 'env'>): void {
  const program = join(home.dir, '.local', 'bin', 'hivemind');
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${join(packageRoot, 'bin', 'run.js')}' "$@"\n`,
    { mode: 0o755 },
  );
  for (const folder of ['bin', 'lib'])
    mkdirSync(join(home.dir, '.hivemind', folder), { recursive: true, mode: 0o700 });
  symlinkSync(packageRoot, join(home.dir, '.hivemind', 'lib', 'current'));
  for (const script of ['hook.sh', 'git-hook.sh'])
    symlinkSync(join(packageRoot, 'bin', script), join(home.dir, '.hivemind', 'bin', script));
  symlinkSync(program, join(home.dir, '.hivemind', 'bin', 'hivemind'));
  home.env.PATH = `${dirname(program)}:${home.env.PATH}`;
}

export interface Walker {
  /** Runs one block as a person's shell would: the directory that one ends in is that of the next. */
  run(shell: string): Promise<{ exitCode: number; output: string }>;
}

export function startWalk(home: Home): Walker {
  let cwd = home.dir;
  // Not a descriptor of its own: the daemon, which a command may start, would keep it open.
  const place = join(home.dir, '.place');
  return {
    run: async (shell) => {
      const script = `set -e\n${shell}\npwd > '${place}'\n`;
      const { exitCode, all } = await execa('bash', ['-c', script], {
        cwd,
        env: home.env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        all: true,
      });
      if (exitCode === 0) cwd = readFileSync(place, 'utf8').trim();
      return { exitCode: exitCode ?? -1, output: all ?? '' };
    },
  };
}
