import { rmSync } from 'node:fs';
import { type DaemonUnderTest, daemonOf, residentMb } from './lib/daemon.ts';
import { type Report, toRow } from './lib/measure.ts';
import { makeWorld } from './lib/world.ts';

const agents = 256;
const appends = 20;
const recalls = 5;
const workspace = 'bench';

type Times = Record<'create' | 'append' | 'recall' | 'merge' | 'delete', number[]>;

interface Swarm {
  daemon: DaemonUnderTest;
  times: Times;
  /** Acknowledged and merged; acknowledged and deleted. */
  kept: Set<string>;
  dropped: Set<string>;
  leaks: number;
  refused: number;
}

/**
 * 256 agents at once, each with a branch of its own: create, 20 appends, 5 recalls, then merge (three of four) or delete.
 * Counts what was lost (acknowledged and merged, but not on main) and what leaked (seen from a branch that must not).
 */
export async function benchSwarm(rounds: number): Promise<Report> {
  const world = makeWorld();
  try {
    const daemon = daemonOf(world, workspace);
    const times: Times = { create: [], append: [], recall: [], merge: [], delete: [] };
    const swarm: Swarm = { daemon, times, kept: new Set(), dropped: new Set(), leaks: 0, refused: 0 };
    const started = performance.now();
    const many = Math.max(1, Math.min(10, rounds));
    for (let round = 0; round < many; round += 1)
      await Promise.all(Array.from({ length: agents }, (_, at) => live(swarm, `${round}-${at}`, at)));
    const seconds = (performance.now() - started) / 1000;
    const lost = await lostOf(swarm);
    const resident = residentMb(await daemon.pid());
    const acked = swarm.kept.size + swarm.dropped.size;
    const rows = Object.entries(times).map(([what, ms]) => toRow(what, ms));
    const appended = rows.find(({ name }) => name === 'append');
    if (appended !== undefined) appended.perSecond = Math.round(acked / seconds);
    return {
      bench: 'swarm',
      rows,
      ratios: [
        { name: `lost of ${acked} acknowledged events`, value: lost, target: 0, ok: lost === 0 },
        { name: 'seen from a branch that must not', value: swarm.leaks, target: 0, ok: swarm.leaks === 0 },
        { name: 'calls that were refused', value: swarm.refused, target: 0, ok: swarm.refused === 0 },
        { name: 'resident MB', value: Math.round(resident), target: 500, ok: resident <= 500 },
      ],
    };
  } finally {
    world.remove();
    rmSync(world.dir, { recursive: true, force: true });
  }
}

/** A word that stands in this agent's events only. */
const wordOf = (name: string): string => `zw${name.replace('-', 'x')}q`;

async function live(swarm: Swarm, name: string, at: number): Promise<void> {
  const { daemon, times } = swarm;
  const branch = `swarm/${name}`;
  const timed = async <T>(what: keyof Times, operation: string, input: object): Promise<T> => {
    const started = performance.now();
    try {
      return await daemon.call<T>(operation, { workspace, ...input });
    } catch (error) {
      swarm.refused += 1;
      throw error;
    } finally {
      times[what].push(performance.now() - started);
    }
  };
  await timed('create', 'branch.create', { name: branch });
  const acked: string[] = [];
  for (let turn = 0; turn < appends; turn += 1) {
    const events = [draftOf(name, turn)];
    const { appended } = await timed<{ appended: string[] }>('append', 'event.append', { branch, events });
    acked.push(...appended);
    if (turn % (appends / recalls) === 0) {
      // Its own word, and that of the agent beside it, which is writing at the same time.
      const other = `${name.split('-')[0]}-${(at + 1) % agents}`;
      const { cards } = await timed<Answer>('recall', 'recall.search', { branch, query: wordOf(name) });
      if (!mentions(cards, wordOf(name))) throw new Error(`${branch} does not see its own events`);
      const strange = await daemon.call<Answer>('recall.search', { workspace, branch, query: wordOf(other) });
      if (mentions(strange.cards, wordOf(other))) swarm.leaks += 1;
    }
  }
  const isGood = at % 4 !== 0;
  if (isGood) {
    const { outcome } = await timed<{ outcome: string }>('merge', 'merge.run', { name: branch });
    if (outcome !== 'merged') throw new Error(`${branch} was not merged: ${outcome}`);
  } else await timed('delete', 'branch.delete', { name: branch });
  for (const id of acked) (isGood ? swarm.kept : swarm.dropped).add(id);
}

interface Answer {
  cards: unknown[];
}

const mentions = (cards: readonly unknown[], word: string): boolean => JSON.stringify(cards).includes(word);

const draftOf = (name: string, turn: number): object => ({
  type: 'memory.noted',
  agent: 'swarm',
  session: `ses_${Buffer.from(name.padEnd(16, '.')).toString('hex').slice(0, 32)}`,
  identity: { nativeId: `${name}-${turn}`, phase: 'noted' },
  actor: { kind: 'agent', name },
  text: `${wordOf(name)} finding ${turn} of agent ${name}: ${'the parser keeps the last comma '.repeat(20)}`,
  body: { content: `finding ${turn}` },
});

/** Events that main must see and does not, and those of deleted branches that it sees all the same (which are leaks). */
async function lostOf(swarm: Swarm): Promise<number> {
  const seen = new Set<string>();
  let after: string | null = null;
  do {
    const page: { events: { id: string }[]; next: string | null } = await swarm.daemon.call('event.export', {
      workspace,
      limit: 10_000,
      ...(after === null ? {} : { after }),
    });
    for (const { id } of page.events) seen.add(id);
    after = page.next;
  } while (after !== null);
  for (const id of swarm.dropped) if (seen.has(id)) swarm.leaks += 1;
  return [...swarm.kept].filter((id) => !seen.has(id)).length;
}
