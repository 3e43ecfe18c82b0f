import { open as openFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Agent } from '../../agents/agent.ts';

export interface Transcript {
  path: string;
  bytes: number;
  /** Directory that the work was done in; null when its first lines do not say. */
  directory: string | null;
}

type Reader = { transcripts: Pick<Agent['transcripts'], 'accepts' | 'directoryOf' | 'enters'> };

/** Bytes at the beginning of a transcript in which it says where it was made. */
const headBytes = 64 * 1024;

/** Transcripts of `agent` at or below `root`, oldest first. A file that is named itself is taken as it is; links are not followed. */
export async function listTranscripts(agent: Reader, root: string): Promise<Transcript[]> {
  const info = await stat(root).catch(() => null);
  if (info === null) return [];
  if (info.isFile()) return [await describeFile(agent, root, info.size)];
  const found: (Transcript & { mtimeMs: number })[] = [];
  for await (const path of filesBelow(agent, root, root)) {
    if (!agent.transcripts.accepts(relative(root, path))) continue;
    const { size, mtimeMs } = await stat(path);
    found.push({ ...(await describeFile(agent, path, size)), mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs);
}

async function* filesBelow(agent: Reader, root: string, folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && isEntered(agent, relative(root, path)))
      yield* filesBelow(agent, root, path);
  }
}

/** Whether transcripts may be in a folder below one of the agent's roots. */
export const isEntered = ({ transcripts }: Reader, folder: string): boolean =>
  folder === '' || transcripts.enters?.(folder) !== false;

/** What the beginning of a transcript says. */
export async function describeFile(agent: Reader, path: string, bytes: number): Promise<Transcript> {
  return { path, bytes, directory: agent.transcripts.directoryOf(await fileHead(path, bytes), path) };
}

/** The first 64 KiB of a file, as text. */
export async function fileHead(path: string, bytes: number): Promise<string> {
  const handle = await openFile(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, headBytes)), 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
