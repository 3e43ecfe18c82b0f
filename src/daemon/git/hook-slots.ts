import { randomBytes } from 'node:crypto';
import {
  chmod,
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Caller,
  callerIn,
  callText,
  hookFile,
  isOurHook,
  keptSuffix,
  withoutCall,
} from '../../core/git/hook-text.ts';
import type { GitHook } from '../../core/git/report.ts';
import { AppError } from '../../schema/app-error.ts';
import { readHook } from './layout.ts';

/** What became of the file of a hook. */
export interface SlotChange {
  path: string;
  action: 'created' | 'updated' | 'restored' | 'deleted' | 'unchanged';
  /** Where the hook that was there before is, which is run first. */
  kept: string | null;
}

interface Slot {
  hook: GitHook;
  path: string;
}

/** Where the hook of before is kept. */
const keptPath = ({ hook, path }: Slot): string => join(dirname(path), hook + keptSuffix);

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Writes our hook; one of others that is there is kept beside it and run by ours. At no moment is there none. */
export async function installSlot(slot: Slot, caller: Caller, dryRun: boolean): Promise<SlotChange> {
  const { hook, path } = slot;
  const kept = keptPath(slot);
  const text = await readHook(path);
  if (text !== null && callerIn(text, hook) !== null) return renew(slot, text, caller, dryRun);
  if (!(await isThere(path))) {
    if (!dryRun) await writeHook(path, hookFile(caller, hook));
    return { path, action: 'created', kept: (await isThere(kept)) ? kept : null };
  }
  await checkKeepable(slot, kept);
  if (!dryRun) {
    if (!(await isThere(kept))) await keep(path, kept);
    await writeHook(path, hookFile(caller, hook));
  }
  return { path, action: 'updated', kept };
}

/** A hook that calls us already, perhaps at a place where we are no more. */
async function renew(slot: Slot, text: string, caller: Caller, dryRun: boolean): Promise<SlotChange> {
  const { hook, path } = slot;
  const kept = (await isThere(keptPath(slot))) ? keptPath(slot) : null;
  const wanted = isOurHook(text, hook)
    ? hookFile(caller, hook)
    : text
        .split('\n')
        .map((line) => (callerIn(line, hook) === null ? line : callText(caller, hook)))
        .join('\n');
  if (wanted === text) return { path, action: 'unchanged', kept };
  if (!dryRun) await writeHook(path, wanted);
  return { path, action: 'updated', kept };
}

async function checkKeepable({ path, hook }: Slot, kept: string): Promise<void> {
  const info = await lstat(path);
  if (!info.isFile() && !info.isSymbolicLink())
    throw new AppError('FAILED_PRECONDITION', `${path} is neither a file nor a link; nothing was changed`);
  if (!(await isThere(kept)) || (await isSame(path, kept))) return;
  throw new AppError('FAILED_PRECONDITION', `${path} is not ours, and ${kept} holds another hook of before`, {
    hint: `put together what is to run in ${path}, take ${hook}${keptSuffix} away, then: hivemind git install`,
  });
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([bytesOf(a), bytesOf(b)]);
  return one !== null && other !== null && one.equals(other);
}

const bytesOf = (path: string): Promise<Buffer | null> => readFile(path).catch(() => null);

/** Gives a hook a second name; a link stays the link that it is. */
async function keep(path: string, kept: string): Promise<void> {
  const info = await lstat(path);
  if (info.isSymbolicLink()) return symlink(await readlink(path), kept);
  try {
    await link(path, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Not every file system has second names.
    await copyFile(path, kept, constants.COPYFILE_EXCL);
    await chmod(kept, info.mode & 0o7777);
  }
}

/** Puts a hook in place in one step. */
async function writeHook(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const made = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(made, 'wx', 0o755);
  try {
    await handle.writeFile(text);
    // The umask has its say when a file is made; a hook that is not executable is none.
    await handle.chmod(0o755);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(made, path).catch(async (error) => {
    await rm(made, { force: true });
    throw error;
  });
}

/** Takes our hook away, and puts the one of before back, the same file that it was; null: there is nothing of ours. */
export async function uninstallSlot(slot: Slot, dryRun: boolean): Promise<SlotChange | null> {
  const { hook, path } = slot;
  const kept = keptPath(slot);
  const text = await readHook(path);
  const hasKept = await isThere(kept);
  if (text === null || callerIn(text, hook) === null) {
    // A manager has written its own over ours, and ours had kept the same.
    if (hasKept && (await isSame(path, kept)) && !dryRun) await unlink(kept);
    return null;
  }
  if (!isOurHook(text, hook)) {
    if (!dryRun) await writeHook(path, withoutCall(text, hook));
    return { path, action: 'updated', kept: hasKept ? kept : null };
  }
  if (!dryRun) await (hasKept ? rename(kept, path) : unlink(path));
  return { path, action: hasKept ? 'restored' : 'deleted', kept: null };
}

/** A directory that is left empty was made for our hooks. */
export const removeEmpty = (directory: string): Promise<void> => rmdir(directory).catch(() => undefined);
