import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Agent, Place } from '../../agents/agent.ts';
import { agents } from '../../agents/index.ts';
import { writeDurably } from '../../store/durable.ts';

const Connection = z.object({
  agent: z.string(),
  scope: z.enum(['user', 'project']),
  /** Root of the checkout, for the project scope. */
  directory: z.string().nullable(),
  /** Variables that moved the agent's files when it was connected. */
  environment: z.record(z.string(), z.string().optional()),
  /** false: the agent is not told what to do with Hivemind by itself, and is not to be at the next connect. */
  instructions: z.boolean().default(true),
  /** Epoch milliseconds; what was written before is for `import`. */
  since: z.number(),
});
export type Connection = z.infer<typeof Connection>;

const Saved = z.object({ connections: z.array(Connection) });

/** Which agents were connected, from where: their transcripts are followed. */
export interface Connected {
  list(): readonly Connection[];
  /** Whether the agent is to be told what to do; yes, where it is not connected. */
  isInstructed(which: Which): boolean;
  add(connection: Connection): Promise<void>;
  remove(which: Which): Promise<void>;
}

type Which = Pick<Connection, 'agent' | 'scope' | 'directory'>;

const isSame = (a: Which, b: Which): boolean =>
  a.agent === b.agent && a.scope === b.scope && a.directory === b.directory;

/** `onChange` is told after each change. */
export async function openConnected(home: string, onChange: () => void): Promise<Connected> {
  const file = join(home, 'agents.json');
  let connections = await readSaved(file);
  const save = async (next: Connection[]): Promise<void> => {
    connections = next;
    await writeDurably(file, JSON.stringify({ connections: next }, null, 2));
    onChange();
  };
  return {
    list: () => connections,
    isInstructed: (which) => connections.find((one) => isSame(one, which))?.instructions ?? true,
    add: (connection) => {
      const before = connections.find((one) => isSame(one, connection));
      const others = connections.filter((one) => one !== before);
      return save([...others, { ...connection, since: before?.since ?? connection.since }]);
    },
    remove: (which) => save(connections.filter((one) => !isSame(one, which))),
  };
}

async function readSaved(file: string): Promise<Connection[]> {
  try {
    return Saved.parse(JSON.parse(await readFile(file, 'utf8'))).connections;
  } catch {
    return [];
  }
}

/** Where the transcripts of connected agents are, each place once, with the time since which they are followed. */
export function followedRoots(
  connections: readonly Connection[],
): { agent: Agent; root: string; since: number }[] {
  const roots = new Map<string, { agent: Agent; root: string; since: number }>();
  for (const { agent: name, environment, since } of connections) {
    const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
    if (agent === undefined) continue;
    for (const root of agent.transcripts.roots(placeOf(environment))) {
      const before = roots.get(root);
      roots.set(root, { agent, root, since: Math.min(before?.since ?? since, since) });
    }
  }
  return [...roots.values()];
}

export const placeOf = (environment: Place['environment']): Place => ({ userHome: homedir(), environment });
