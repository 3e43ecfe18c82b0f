import { open as openFile, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Agent } from '../agents/agent.ts';

export interface Transcript {
  path: string;
  bytes: number;
  /** Directory that the work was done in; null when its first lines do not say. */
  directory: string | null;
}

/** Bytes at the beginning of a transcript in which it says where it was made. */
const headBytes = 64 * 1024;

/** Transcripts of `agent` at or below `root`, oldest first. A file that is named itself is taken as it is. */
export async function listTranscripts(agent: Agent, root: string): Promise<Transcript[]> {
  const info = await stat(root).catch(() => null);
  if (info === null) return [];
  if (info.isFile()) return [await describe(agent, root, info.size)];
  const found: (Transcript & { mtimeMs: number })[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !agent.transcripts.accepts(relative(root, path))) continue;
    const { size, mtimeMs } = await stat(path);
    found.push({ ...(await describe(agent, path, size)), mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs);
}

async function describe(agent: Agent, path: string, bytes: number): Promise<Transcript> {
  const handle = await openFile(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, headBytes)), 0);
    return { path, bytes, directory: agent.transcripts.directoryOf(buffer.toString('utf8', 0, bytesRead)) };
  } finally {
    await handle.close();
  }
}

/** Keeps the transcripts of work done below `root`, or anywhere that `isOurs` says belongs to the same workspace. */
export async function onlyOf(
  transcripts: readonly Transcript[],
  root: string,
  isOurs: (directory: string) => Promise<boolean>,
): Promise<Transcript[]> {
  const answers = new Map<string, boolean>();
  const kept: Transcript[] = [];
  for (const transcript of transcripts) {
    const { directory } = transcript;
    if (directory === null) continue;
    const known = answers.get(directory) ?? (isInside(directory, root) || (await isOurs(directory)));
    answers.set(directory, known);
    if (known) kept.push(transcript);
  }
  return kept;
}

/** By its text: a directory that is gone by now still tells whose work it was. */
const isInside = (directory: string, root: string): boolean =>
  directory === root || directory.startsWith(root + sep);
