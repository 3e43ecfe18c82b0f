import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A guide that ships with the program. */
export interface Topic {
  name: string;
  title: string;
  path: string;
}

const folder = (root: string): string => join(root, 'docs', 'guides');

/** The guides of the program that is installed at `root`, in the order of their names; none where it came without them. */
export const topicsAt = (root: string): Topic[] =>
  topicNames(root)
    .sort()
    .map((name) => topicOf(root, `${name}.md`));

/** The guide of that name. */
export function findTopic(root: string, name: string): Topic | undefined {
  return topicNames(root).includes(name) ? topicOf(root, `${name}.md`) : undefined;
}

export function topicNames(root: string): string[] {
  try {
    return readdirSync(folder(root)).flatMap((file) => /^([a-z0-9-]+)\.md$/.exec(file)?.[1] ?? []);
  } catch {
    return [];
  }
}

export const textOf = ({ path }: Topic): string => readFileSync(path, 'utf8');

function topicOf(root: string, file: string): Topic {
  const path = join(folder(root), file);
  const name = file.slice(0, -'.md'.length);
  const title = /^# (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? name;
  return { name, title: title.replaceAll(/[`*]/g, ''), path };
}
