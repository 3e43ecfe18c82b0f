import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import type { SettingsFile } from '../../agents/agent.ts';
import { type Caller, callText, hasBlock, insertBlock, removeBlock } from '../../core/git/hook-text.ts';
import { type GitHook, gitHooks } from '../../core/git/report.ts';
import { AppError } from '../../schema/app-error.ts';

/** What lefthook calls our command. */
const commandName = 'hivemind';

/**
 * Arguments as lefthook puts them into the command line, where nothing quotes them: only words that git makes. The path
 * of the message is none (it holds the names of folders), so git-hook.sh finds it by itself for a `-`.
 */
const argsOf: Record<GitHook, string> = {
  'post-commit': '',
  'post-checkout': '{1} {2} {3}',
  'post-merge': '{1}',
  'post-rewrite': '{1}',
  'prepare-commit-msg': '- {2} {3}',
};

const runText = (caller: Caller, hook: GitHook): string =>
  callText(caller, hook, argsOf[hook]).replace(/ {2}/g, ' ');

/** Names that lefthook reads local settings from; only YAML is edited. */
const yamlNames = [
  'lefthook-local.yml',
  'lefthook-local.yaml',
  '.lefthook-local.yml',
  '.lefthook-local.yaml',
];
const otherNames = ['toml', 'json', 'jsonc'].flatMap((kind) => [
  `lefthook-local.${kind}`,
  `.lefthook-local.${kind}`,
]);

const firstOf = async (root: string, names: readonly string[]): Promise<string | null> => {
  for (const name of names) {
    const path = join(root, name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
};

/** lefthook's file of local settings: where it is, or would be. FAILED_PRECONDITION where it is not YAML. */
export async function lefthookLocal(root: string): Promise<string> {
  const path = await firstOf(root, yamlNames);
  if (path !== null) return path;
  const other = await firstOf(root, otherNames);
  if (other === null) return join(root, 'lefthook-local.yml');
  throw new AppError('FAILED_PRECONDITION', `${other} is not YAML: it was not touched`, {
    hint: `say the same in ${join(root, 'lefthook-local.yml')}, then: hivemind git install`,
  });
}

/**
 * Our commands in lefthook's local settings: lefthook writes its hooks anew whenever its configuration changes, so that
 * nothing in them would last, and reads this file each time that it runs.
 */
export const lefthookFile = (path: string, caller: Caller): SettingsFile => ({
  path,
  purpose: 'lefthook',
  connect: (text) => connectYaml(disconnectYaml(text) ?? '', caller, path),
  disconnect: disconnectYaml,
  missing: (text) =>
    gitHooks.filter((hook) => text === null || commandIn(text, hook) !== runText(caller, hook)),
});

function commandIn(text: string, hook: GitHook): string | null {
  try {
    const run = parseDocument(text).getIn([hook, 'commands', commandName, 'run']);
    return typeof run === 'string' ? run : null;
  } catch {
    return null;
  }
}

/** Whether nothing but ours is in it. */
export const isOnlyOurs = (text: string): boolean => disconnectYaml(text) === null;

function connectYaml(text: string, caller: Caller, path: string): string {
  const document = parseDocument(text);
  const root = document.contents;
  if (document.errors.length > 0 || (root !== null && !isMap(root)))
    throw new AppError('FAILED_PRECONDITION', `${path} cannot be read as YAML; it was not touched`, {
      details: { path, error: document.errors[0]?.message },
    });
  // Below what is there, as text, so that not a blank of it changes; where a hook has commands already, among them.
  if (gitHooks.every((hook) => !document.has(hook)) && root?.flow !== true) {
    const appended = insertBlock(
      text,
      gitHooks.map((hook) => entry(hook, caller)),
      false,
    );
    if (
      parseDocument(appended).errors.length === 0 &&
      gitHooks.every((hook) => commandIn(appended, hook) !== null)
    )
      return appended;
  }
  for (const hook of gitHooks)
    document.setIn([hook, 'commands', commandName], document.createNode({ run: runText(caller, hook) }));
  return document.toString({ lineWidth: 0 });
}

const entry = (hook: GitHook, caller: Caller): string =>
  `${hook}:\n  commands:\n    ${commandName}:\n      run: ${JSON.stringify(runText(caller, hook))}`;

function disconnectYaml(text: string | null): string | null {
  if (text === null) return null;
  const bare = hasBlock(text) ? removeBlock(text) : withoutCommands(text);
  return bare.trim() === '' ? null : bare;
}

/** The text without our commands among those of others. */
function withoutCommands(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  let isChanged = false;
  for (const hook of gitHooks) {
    if (!document.hasIn([hook, 'commands', commandName])) continue;
    isChanged = true;
    document.deleteIn([hook, 'commands', commandName]);
    for (const path of [[hook, 'commands'], [hook]]) {
      const left = document.getIn(path);
      if (isMap(left) && left.items.length === 0) document.deleteIn(path);
    }
  }
  return isChanged ? document.toString({ lineWidth: 0 }) : text;
}
