import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Checkout, checkoutAt, eventOf, eventsOf } from './git.ts';
import type { Home } from './home.ts';

type Options = { 'dry-run'?: boolean; shared?: boolean };

let count = 0;

/** A number that nobody has had. */
export function serial(): number {
  count += 1;
  return count;
}

/** A repository of a workspace of its own. */
export async function begin(home: Home, name = 'repo'): Promise<Checkout> {
  const number = serial();
  const repo = checkoutAt(home, await home.repository(`${name} ${number}`));
  await home.call('workspace.create', { name: `w${number}`, cwd: repo.path });
  return repo;
}

/** What `hivemind git` does in a repository. */
export const gitHooksOf = (home: Home) => ({
  install: (repo: Checkout, options: Options = {}): Promise<OutputOf<'git.install'>> =>
    home.call('git.install', { cwd: repo.path, ...options }),
  uninstall: (repo: Checkout): Promise<unknown> => home.call('git.uninstall', { cwd: repo.path }),
  status: (repo: Checkout): Promise<OutputOf<'git.status'>> => home.call('git.status', { cwd: repo.path }),
});

export const hooksOf = (repo: Checkout): string => join(repo.path, '.git', 'hooks');

/** Commits something, and waits until the workspace knows of it, once. */
export async function isTold(home: Home, repo: Checkout): Promise<void> {
  const number = serial();
  writeFileSync(join(repo.path, `file-${number}.txt`), `${number}\n`);
  const sha = await repo.commit(`commit ${number}`);
  await eventOf(home, repo.path, 'git.committed', sha);
  const told = await eventsOf(home, repo.path, 'git.committed');
  expect(told.filter(({ body }) => body.sha === sha)).toHaveLength(1);
}
