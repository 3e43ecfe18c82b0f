import { stat } from 'node:fs/promises';
import type { OutputOf } from '../../schema/operation.ts';
import { knownBackups } from '../known-backups.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { readApplied } from './known.ts';

type Remaining = OutputOf<'event.forgettings'>['remaining'];

/** Where forgotten content may still be, as far as this machine can know. `since`: when the last of it was ordered. */
export async function remainingOf(
  open: OpenWorkspace,
  home: string,
  since: number | null,
): Promise<Remaining> {
  const { workspace, directory, store } = open;
  const backups = [];
  for (const { file, createdAt } of since === null ? [] : await knownBackups(home, workspace.id))
    if (createdAt <= (since ?? 0) && (await isFile(file))) backups.push({ file, createdAt });
  const { leaving } = await readApplied(directory);
  const dropped = new Set(store.generations.catalog.dropped);
  return {
    machines: store.isShared ? machinesBehind(open) : [],
    tables: Math.min(leaving, dropped.size),
    backups,
  };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (there) => there.isFile(),
    () => false,
  );

/** Writers of other machines that have something of theirs to forget, and have not said that they saw the order. */
function machinesBehind({ store, forgettings, observed }: OpenWorkspace): string[] {
  const behind = new Set<string>();
  for (const { events, ordered } of [...forgettings.values()].filter(({ kind }) => kind === 'forgotten'))
    for (const writer of Object.keys(events))
      if (writer !== store.writer && writer !== ordered.writer)
        if ((observed.get(writer)?.seen[ordered.writer] ?? 0) < ordered.seq) behind.add(writer);
  return [...behind].sort();
}
