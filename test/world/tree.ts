import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every file and link below a directory: its rights, and its bytes or where it leads. */
export function treeOf(directory: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(directory.length + 1);
    const mode = (lstatSync(path).mode & 0o7777).toString(8);
    if (entry.isSymbolicLink()) tree[name] = `link to ${readlinkSync(path)}`;
    else if (entry.isFile()) tree[name] = `${mode} ${readFileSync(path).toString('latin1')}`;
  }
  return tree;
}
