import { join } from 'node:path';
import type { SettingsFile } from '../../agents/agent.ts';
import { type Caller, callText, hasBlock, insertBlock, removeBlock } from '../../core/git/hook-text.ts';
import type { GitHook } from '../../core/git/report.ts';

const bareScript = '#!/bin/sh\n';

/** A hook of husky's: a script that people write and that is in their repository. Ours is a block at its top, because such a script may end early. */
export const huskyFile = (huskyDir: string, hook: GitHook, caller: Caller): SettingsFile => ({
  path: join(huskyDir, hook),
  purpose: 'husky',
  connect: (text) => insertBlock(text, [callText(caller, hook)]),
  disconnect: (text) => {
    if (text === null || !hasBlock(text)) return text;
    const bare = removeBlock(text);
    return bare === bareScript ? null : bare;
  },
  missing: (text) => (text?.split('\n').includes(callText(caller, hook)) ? [] : [hook]),
});

/** Whether a script of husky's has nothing in it but our block. */
export const isOnlyBlock = (text: string): boolean => hasBlock(text) && removeBlock(text) === bareScript;

/** Git's own list of files that are nobody's business, of this clone only: what we put into the worktree is not to be committed. */
export const excludeFile = (common: string, patterns: readonly string[]): SettingsFile => ({
  path: join(common, 'info', 'exclude'),
  purpose: 'exclude',
  connect: (text) =>
    patterns.length === 0
      ? text === null
        ? ''
        : removeBlock(text)
      : insertBlock(text ?? '', patterns, false),
  disconnect: (text) => {
    const bare = text === null ? '' : removeBlock(text);
    return bare === '' ? null : bare;
  },
  missing: () => [],
});
