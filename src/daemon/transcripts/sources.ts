import type { Agent } from '../../agents/agent.ts';
import { agents } from '../../agents/index.ts';
import { fileHead, listTranscripts, type Transcript } from './list.ts';

/** A transcript, and whose it is. */
export interface Source extends Transcript {
  agent: Agent;
}

/** Every transcript that the agents keep in their own folders. */
export async function keptBy(
  wanted: readonly Agent[],
  roots: (agent: Agent) => readonly string[],
): Promise<Source[]> {
  const found: Source[] = [];
  for (const agent of wanted)
    for (const root of roots(agent))
      for (const transcript of await listTranscripts(agent, root)) found.push({ ...transcript, agent });
  return found;
}

/**
 * What is at or below `path`. With `agent` all that this one accepts; else each file goes to the agent whose form it
 * has, and `unrecognised` names the files that have nobody's.
 */
export async function foundAt(
  path: string,
  agent: Agent | undefined,
): Promise<{ sources: Source[]; unrecognised: string[] }> {
  if (agent !== undefined) {
    const { accepts, directoryOf } = agent.transcripts;
    // Whoever names a folder means all that is in it.
    const all = await listTranscripts({ transcripts: { accepts, directoryOf } }, path);
    return { sources: all.map((transcript) => ({ ...transcript, agent })), unrecognised: [] };
  }
  const sources: Source[] = [];
  const unrecognised: string[] = [];
  const everything = { transcripts: { accepts: () => true, directoryOf: () => null } };
  for (const { path: file, bytes } of await listTranscripts(everything, path)) {
    const head = await fileHead(file, bytes);
    const writer = Object.values(agents).find(({ transcripts }) => transcripts.recognises(head, file));
    if (writer === undefined) {
      if (!isBeside(file)) unrecognised.push(file);
    } else if (!sources.some((source) => source.path === file)) {
      const directory = writer.transcripts.directoryOf(head, file);
      sources.push({ path: file, bytes, directory, agent: writer });
    }
  }
  return { sources, unrecognised };
}

/** A database's log is read with the database. */
const isBeside = (file: string): boolean => /\.db-(wal|shm)$/.test(file);
