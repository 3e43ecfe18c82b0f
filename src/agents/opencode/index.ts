import { basename } from 'node:path';
import type { Agent } from '../agent.ts';
import { parseFields } from '../fields.ts';
import { findString } from '../unreadable.ts';
import { agentName, configDir, dataDir } from './home.ts';
import { hookReply, settingsFiles } from './hooks.ts';
import { translate } from './payload.ts';
import { openStore } from './store.ts';
import { isTreeMessage, openTreeMessage } from './tree.ts';

/** OpenCode: a plugin of ours and the MCP server in its settings, what the plugin tells, its database (before 1.2: a tree of files). */
export const openCode: Agent = {
  name: agentName,
  title: 'OpenCode',
  programs: ['opencode'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  transcripts: {
    roots: (place) => [dataDir(place)],
    // In a database many sessions stand side by side: each of its parts says its own.
    directoryOf: (head) => (isSqlite(head) ? null : findString(head, 'cwd')),
    recognises: (head, path) =>
      isSqlite(head)
        ? isDatabase(basename(path))
        : isTreeMessage(path) && parseFields(head)?.role !== undefined,
    // Beside its database are logs and copies of repositories, thousands of files.
    enters: (folder) => /^storage([\\/]|$)/.test(folder),
    accepts: (relativePath) => isStored(relativePath.replaceAll('\\', '/')),
    // What was written last stands in the database's log until it is put in its place.
    sourceOf: (path) => path.replace(/\.db-(wal|shm)$/, '.db'),
    reader: () => ({ line: () => null, end: () => [] }),
    document: (path) => {
      const name = path.replaceAll('\\', '/');
      return isTreeMessage(name) ? openTreeMessage(path) : openStore(path);
    },
  },
};

const isSqlite = (head: string): boolean => head.startsWith('SQLite format 3');

/** Its database has a name of its own for versions that are not released. */
const isDatabase = (path: string): boolean => /^opencode(-[A-Za-z0-9._-]+)?\.db$/.test(path);

const isStored = (path: string): boolean =>
  isDatabase(path) || (path.startsWith('storage/') && isTreeMessage(path));
