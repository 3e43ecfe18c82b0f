/** Hooks of git that tell us something. */
export const gitHooks = [
  'post-commit',
  'post-checkout',
  'post-merge',
  'post-rewrite',
  'prepare-commit-msg',
] as const;
export type GitHook = (typeof gitHooks)[number];

/** What bin/git-hook.sh saw when a hook ran. All of it comes from outside. */
export interface GitReport {
  hook: GitHook;
  /** Root of the worktree. */
  cwd: string;
  /** The directory of the worktree's HEAD, absolute or relative to `cwd`. */
  gitDir: string;
  /** The commit of HEAD; null where the shim could not read it. */
  head: string | null;
  /** Name of the git branch; null: HEAD is detached. */
  branch: string | null;
  /** The commit that is being cherry-picked. */
  picked: string | null;
  /** The index that is committed from, absolute or relative to `cwd`; null: the usual one. */
  index: string | null;
  args: string[];
  /** Agent → its own id of the session in which git was called. */
  callers: Map<string, string>;
  /** The commit that a rebase put its commits on. */
  onto: string | null;
  /** Old commit and the one that took its place. */
  pairs: Pair[];
}

export interface Pair {
  from: string;
  to: string;
}

const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** A whole hash that is not the zero hash; null for anything else. */
export const shaOf = (text: string | undefined): string | null =>
  text !== undefined && SHA.test(text) && !/^0+$/.test(text) ? text : null;

const isHook = (name: string | undefined): name is GitHook => gitHooks.some((hook) => hook === name);

/** Most rewritten commits that are taken in from one rebase. */
const mostPairs = 20_000;

/** The report of a payload; null: it is none, or does not say where it comes from. */
export function parseReport(payload: string): GitReport | null {
  const fields = new Map<string, string>();
  const args: string[] = [];
  const callers = new Map<string, string>();
  for (const field of payload.split('\0')) {
    const at = field.indexOf('=');
    if (at < 0) continue;
    const [name, value] = [field.slice(0, at), field.slice(at + 1)];
    if (name === 'arg') args.push(value);
    else if (name.startsWith('session.') && value !== '') callers.set(name.slice(8), value.slice(0, 200));
    else fields.set(name, value);
  }
  const hook = fields.get('hook');
  const cwd = fields.get('cwd') ?? '';
  if (fields.get('hivemind-git') !== '1' || !isHook(hook) || !cwd.startsWith('/')) return null;
  return {
    hook,
    cwd,
    gitDir: fields.get('dir') || '.git',
    head: shaOf(fields.get('head')),
    branch: branchOf(fields.get('ref')),
    picked: shaOf(fields.get('picked')),
    index: fields.get('index') || null,
    args,
    callers,
    onto: shaOf(fields.get('onto')),
    pairs: pairsOf(fields.get('pairs') ?? ''),
  };
}

const branchOf = (ref: string | undefined): string | null =>
  ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length, 400) : null;

/** Lines `OLD NEW[ EXTRA]`, as git gives them to post-rewrite. */
function pairsOf(text: string): Pair[] {
  const pairs: Pair[] = [];
  for (const line of text.split('\n', mostPairs)) {
    const [old, now] = line.split(' ');
    const [from, to] = [shaOf(old), shaOf(now)];
    if (from !== null && to !== null && from !== to) pairs.push({ from, to });
  }
  return pairs;
}

/** By new commit the old ones that it stands for. */
export function replacements(pairs: readonly Pair[]): Map<string, string[]> {
  const by = new Map<string, Set<string>>();
  for (const { from, to } of pairs) by.set(to, (by.get(to) ?? new Set()).add(from));
  return new Map([...by].map(([to, from]) => [to, [...from]]));
}
