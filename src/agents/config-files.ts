import { isUtf8 } from 'node:buffer';
import { chmod, lstat, mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../schema/app-error.ts';
import { hash128 } from '../schema/ids.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { SettingsFile } from './agent.ts';
import { asFields, parseFields, stringAt } from './fields.ts';
import { followLinks, isInside } from './links.ts';

/** What became of one settings file: path, action and unified diff. */
export type FileChange = OutputOf<'agent.connect'>['agents'][number]['files'][number];

export interface ApplyOptions {
  /** Plan and show, write nothing. */
  dryRun: boolean;
  /** Folder for the original bytes of what is changed; made with mode 0700, its files 0600. */
  backupDir: string;
}

type Mode = 'connect' | 'disconnect';

/** Mode of a settings file that connect makes: agents keep secrets in some of them. */
const newFileMode = 0o600;

/** How often a file that its agent changes under our hands is read again. */
const attempts = 3;

/** What one file is, and what it is to be. */
interface Plan {
  file: SettingsFile;
  /** Where the bytes are, links followed. */
  target: string;
  before: Buffer | null;
  after: Buffer | null;
  action: FileChange['action'];
  record: Original | null;
}

/** What is known of the file as it was before connect. */
interface Original {
  /** Hash of what connect wrote; null when something else was in the file by then, so that it cannot be put back. */
  written: string | null;
  existed: boolean;
  /** First of the folders that connect made for it; null when there was one. */
  madeFolder: string | null;
}

/**
 * Connects or disconnects settings files: all new texts are made before the first is written, so that a refusal
 * (AppError FAILED_PRECONDITION) of one leaves all alone. Original bytes are kept in `backupDir`; disconnect puts
 * them back when the file is still what connect wrote, else it takes out our entries only.
 */
export async function applySettings(
  files: readonly SettingsFile[],
  mode: Mode,
  options: ApplyOptions,
): Promise<FileChange[]> {
  const plans: Plan[] = [];
  for (const file of files) plans.push(await planFile(file, mode, options.backupDir));
  const applied = options.dryRun ? plans : await writeAll(plans, mode, options.backupDir);
  return applied.map((plan) => ({ path: plan.file.path, action: plan.action, diff: diffOf(plan) }));
}

async function planFile(file: SettingsFile, mode: Mode, backupDir: string): Promise<Plan> {
  const target = await followLinks(file.path);
  if (file.within !== undefined && !(await isInside(file.within, target))) {
    if (mode === 'connect') throw leadsOut(file.path, file.within);
    // Nothing of ours was ever written there.
    return { file, target, before: null, after: null, record: null, action: 'unchanged' };
  }
  const before = await readBytes(target, file.path);
  const record = await readRecord(backupDir, target);
  const base = { file, target, before, record };
  if (mode === 'disconnect' && before !== null && record?.written === hashOf(before)) {
    const after = record.existed ? await readOrNull(backupPath(backupDir, target)) : null;
    if (!record.existed) return { ...base, after: null, action: 'deleted' };
    if (after !== null) return { ...base, after, action: 'restored' };
  }
  const encoding = mode === 'disconnect' ? encodingOf(file, before) : 'utf8';
  const text = before === null ? null : decode(before, file, encoding);
  const next = mode === 'connect' ? file.connect(text) : file.disconnect(text);
  if (next === text) return { ...base, after: before, action: 'unchanged' };
  const after = next === null ? null : Buffer.from(next, encoding);
  return { ...base, after, action: after === null ? 'deleted' : before === null ? 'created' : 'updated' };
}

async function writeAll(plans: readonly Plan[], mode: Mode, backupDir: string): Promise<Plan[]> {
  const done: Plan[] = [];
  try {
    // Backwards: the first file made the folders, and they can go when nothing is left in them.
    const order = mode === 'connect' ? plans : plans.toReversed();
    for (const plan of order) done.push(await writeOne(plan, mode, backupDir));
    return mode === 'connect' ? done : done.toReversed();
  } catch (error) {
    // Half a connection would be reported as none: what was written goes back.
    for (const plan of done.reverse()) await putBack(plan).catch(() => undefined);
    throw error;
  }
}

/** Writes one file; plans it anew when somebody changed it in between. */
async function writeOne(first: Plan, mode: Mode, backupDir: string): Promise<Plan> {
  let plan = first;
  for (let attempt = 1; attempt < attempts; attempt++) {
    const now = await readOrNull(plan.target);
    if (isSame(now, plan.before)) break;
    plan = await planFile(plan.file, mode, backupDir);
  }
  if (plan.action === 'unchanged') return plan;
  if (mode === 'connect') await keepOriginal(plan, backupDir);
  else await keepEdited(plan, backupDir);
  if (plan.after === null) await removeFile(plan);
  else await writeBytes(plan.target, plan.after, plan.before === null ? newFileMode : null);
  if (mode === 'disconnect') await forget(plan, backupDir);
  return plan;
}

async function putBack(plan: Plan): Promise<void> {
  if (plan.action === 'unchanged') return;
  if (plan.before === null) await rm(plan.target, { force: true });
  else await writeBytes(plan.target, plan.before, null);
}

/** Keeps the original and the hash of what will be written, before it is written. */
async function keepOriginal(plan: Plan, backupDir: string): Promise<void> {
  const { before, after, target, file, record } = plan;
  const isOurs = before !== null && record?.written === hashOf(before);
  const written = after === null ? null : hashOf(after);
  await mkdir(backupDir, { recursive: true, mode: 0o700 });
  await chmod(backupDir, 0o700);
  if (isOurs && record !== null) {
    // Connected before and untouched since (an upgrade moved a path): the original is still the one we have.
    await writeRecord(backupDir, target, { ...record, written });
    return;
  }
  const hasOurs = before !== null && file.disconnect(decode(before, file)) !== decode(before, file);
  const madeFolder = (await mkdir(dirname(target), { recursive: true })) ?? null;
  if (before !== null) await writeBytes(backupPath(backupDir, target), before, newFileMode);
  await writeRecord(backupDir, target, {
    written: hasOurs ? null : written,
    existed: before !== null,
    madeFolder,
  });
}

/** An instruction that somebody has edited goes with the rest, but not what they wrote in it. */
async function keepEdited({ file, target, before, action }: Plan, backupDir: string): Promise<void> {
  if (before === null || action === 'restored') return;
  if (file.instruction?.(decode(before, file, encodingOf(file, before))) !== 'edited') return;
  await mkdir(backupDir, { recursive: true, mode: 0o700 });
  await writeBytes(join(backupDir, `${backupName(target)}.edited`), before, newFileMode);
}

async function removeFile({ target, record }: Plan): Promise<void> {
  await rm(target, { force: true });
  if (record?.madeFolder == null) return;
  for (let folder = dirname(target); folder.startsWith(record.madeFolder); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

/** After an exact restore the copy is of no more use; after any other end it stays for the user. */
async function forget(plan: Plan, backupDir: string): Promise<void> {
  await rm(recordPath(backupDir, plan.target), { force: true });
  if (plan.action === 'restored') await rm(backupPath(backupDir, plan.target), { force: true });
}

const backupName = (target: string): string =>
  `${hash128('settings', target)}-${basename(target).replace(/^\.+/, '')}`;
const backupPath = (backupDir: string, target: string): string =>
  join(backupDir, `${backupName(target)}.original`);
const recordPath = (backupDir: string, target: string): string =>
  join(backupDir, `${backupName(target)}.record.json`);

async function readRecord(backupDir: string, target: string): Promise<Original | null> {
  const bytes = await readOrNull(recordPath(backupDir, target));
  const fields = bytes === null ? null : parseFields(bytes.toString());
  if (asFields(fields) === null) return null;
  return {
    written: stringAt(fields, 'written'),
    existed: fields?.existed !== false,
    madeFolder: stringAt(fields, 'madeFolder'),
  };
}

const writeRecord = (backupDir: string, target: string, record: Original): Promise<void> =>
  writeBytes(
    recordPath(backupDir, target),
    Buffer.from(`${JSON.stringify({ path: target, ...record })}\n`),
    newFileMode,
  );

/** Replaces the file in one step, synced to disk; `mode` null keeps the mode that it has. */
async function writeBytes(path: string, bytes: Buffer, mode: number | null): Promise<void> {
  await writeFileAtomic(path, bytes, { fsync: true, ...(mode === null ? {} : { mode }) });
}

async function readBytes(target: string, path: string): Promise<Buffer | null> {
  const status = await lstat(target).catch(() => null);
  if (status !== null && !status.isFile()) {
    throw new AppError('FAILED_PRECONDITION', `${path} is not a regular file; it was not touched`, {
      details: { path },
    });
  }
  try {
    return await readFile(target);
  } catch (error) {
    if (isAbsent(error)) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('FAILED_PRECONDITION', `${path} cannot be read: ${reason}`, {
      details: { path },
      cause: error,
    });
  }
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

type Encoding = 'utf8' | 'latin1';

const leadsOut = (path: string, directory: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${path} leads out of ${directory}; it was not touched`, {
    hint: 'make it a file of its own, or connect with --no-instructions',
    details: { path },
  });

/** Byte for character, where that is no UTF-8: what stands in a text that its user wrote has to come out of it again. */
const encodingOf = (file: SettingsFile, bytes: Buffer | null): Encoding =>
  file.instruction !== undefined && bytes !== null && !isUtf8(bytes) ? 'latin1' : 'utf8';

function decode(bytes: Buffer, { path, instruction }: SettingsFile, encoding: Encoding = 'utf8'): string {
  if (encoding === 'latin1' || isUtf8(bytes)) return bytes.toString(encoding);
  throw new AppError('FAILED_PRECONDITION', `${path} is not UTF-8; it was not touched`, {
    ...(instruction === undefined ? {} : { hint: 'store it as UTF-8, or connect with --no-instructions' }),
    details: { path },
  });
}

const hashOf = (bytes: Buffer): string => hash128('settings-bytes', bytes.toString('base64'));

const isSame = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

function diffOf({ file, before, after, action }: Plan): string {
  if (action === 'unchanged') return '';
  const name = (side: Buffer | null): string => (side === null ? '/dev/null' : file.path);
  return createTwoFilesPatch(
    name(before),
    name(after),
    before?.toString() ?? '',
    after?.toString() ?? '',
    '',
    '',
    { context: 3 },
  );
}
