/** First and last line of what we write into files that others share with us. */
const begin = '# >>> hivemind git >>>';
/** The same where the text before it had no line break at its end, which is given back when the block goes. */
const beginJoined = '# >>> hivemind git (joined) >>>';
const end = '# <<< hivemind git <<<';
const about = '# By `hivemind git install`; `hivemind git uninstall` takes it out.';

/** Ending of a hook's name under which the one that was there before us is kept. */
export const keptSuffix = '.pre-hivemind';

/** A word as sh reads it, whatever is in it. */
export const quoteShell = (word: string): string =>
  /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The script that a hook calls, and the home of Hivemind where it is not the usual one. */
export interface Caller {
  shim: string;
  home: string | null;
  /** The hook is in the hooks directory of the repository itself, beside which it finds `hivemind-trailers`. */
  isBesideFlag?: boolean;
}

/** What a hook asks for before it calls us: a shell more costs a millisecond, in a rebase one for each commit. */
const conditions: Readonly<Record<string, string>> = {
  'post-commit': `[ ! -d "\${GIT_DIR:-.git}/rebase-merge" ] && `,
};
const flagCondition = `[ -f "\${0%/*}/../hivemind-trailers" ] && `;

const conditionOf = ({ isBesideFlag = false }: Caller, hook: string): string =>
  isBesideFlag && hook === 'prepare-commit-msg' ? flagCondition : (conditions[hook] ?? '');

/** How a hook calls us: never by a program that is gone, never with an exit code of its own. */
export function callText(caller: Caller, hook: string, args = '"$@"'): string {
  const { shim, home } = caller;
  const moved = home === null ? '' : `HIVEMIND_HOME=${quoteShell(home)} `;
  return `[ -x ${quoteShell(shim)} ] && ${conditionOf(caller, hook)}${moved}${quoteShell(shim)} ${hook} ${args} || :`;
}

/**
 * A hook file of our own. The hook that was there before is run first, with the same arguments and the same input, and
 * its exit code is the one that git gets. It is found by its name, because another manager may rename this file.
 */
export const hookFile = (caller: Caller, hook: string): string => `#!/bin/sh
${begin}
${about}
hivemind_code=0
if [ -x "\${0%/*}/${hook}${keptSuffix}" ]; then
  "\${0%/*}/${hook}${keptSuffix}" "$@"
  hivemind_code=$?
fi
${callText(caller, hook)}
exit "$hivemind_code"
${end}
`;

/** Whether a file is as `hookFile` writes it, for whatever caller. */
export function isOurHook(text: string, hook: string): boolean {
  const caller = callerIn(text, hook);
  return caller !== null && text === hookFile(caller, hook);
}

/** How a text calls us for a hook; null: it does not. */
export function callerIn(text: string, hook: string): Caller | null {
  for (const line of text.split('\n')) {
    const [, shim, flag, moved = ''] = CALL.exec(line) ?? [];
    if (shim === undefined) continue;
    const home = moved === '' ? null : wordIn(moved.slice('HIVEMIND_HOME='.length, -1));
    const caller = { shim: wordIn(shim), home, isBesideFlag: flag === flagCondition };
    if (callText(caller, hook) === line) return caller;
  }
  return null;
}

const WORD = "[\\w./@:+-]+|'(?:[^']|'\\\\'')*'";
const CALL = new RegExp(
  `^\\[ -x (${WORD}) \\] && (\\[ [^\\]]* \\] && )?(HIVEMIND_HOME=(?:${WORD}) )?(?:${WORD}) `,
);

/** A word as it was before `quoteShell`. */
const wordIn = (quoted: string): string =>
  quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll("'\\''", "'") : quoted;

/** The text without our calls of a hook, for a file that others have written into as well. */
export const withoutCall = (text: string, hook: string): string =>
  text
    .split('\n')
    .filter((line) => callerIn(line, hook) === null)
    .join('\n');

/** The text with our block in it: after the line that says which program reads it, before all else. */
export function insertBlock(text: string | null, lines: readonly string[], isScript = true): string {
  const bare = removeBlock(text ?? (isScript ? '#!/bin/sh\n' : '')) ?? '';
  const head = isScript ? (/^#![^\n]*(?:\n|$)/.exec(bare)?.[0] ?? '') : bare;
  const isJoined = head !== '' && !head.endsWith('\n');
  const block = [isJoined ? beginJoined : begin, about, ...lines, end].join('\n');
  return `${head}${isJoined ? '\n' : ''}${block}\n${bare.slice(head.length)}`;
}

/** The text without our block, byte for byte as it was before; the same text when there is none. */
export function removeBlock(text: string): string {
  for (const head of heads) {
    for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
      const until = text.indexOf(`\n${end}\n`, at);
      if (until < 0) break;
      // Of a block that somebody has torn apart the beginning may be left.
      const isWhole = !heads.some((other) => text.slice(at + 1, until).includes(other));
      if (!isWhole || (at > 0 && text[at - 1] !== '\n')) continue;
      const before = text.slice(0, at);
      return (head === heads[1] ? before.slice(0, -1) : before) + text.slice(until + end.length + 2);
    }
  }
  return text;
}

const heads = [`${begin}\n${about}\n`, `${beginJoined}\n${about}\n`] as const;

export const hasBlock = (text: string): boolean => removeBlock(text) !== text;
