import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../store/durable.ts';
import type { Log } from './log.ts';

/** A stretch of time of which nothing is captured: in one workspace, or (null) on this machine. */
const Pause = z.object({
  workspace: z.string().nullable(),
  from: z.number(),
  /** Epoch milliseconds; null: until somebody resumes. */
  until: z.number().nullable(),
});
export type Pause = z.infer<typeof Pause>;

/** When capture was paused. Kept for good: a transcript that is read later must not bring what was said meanwhile. */
export interface Pauses {
  /** Whether what happened then, there, is to be left out. */
  covers(workspace: string, at: number): boolean;
  /** The pause that holds now: of the machine, or of the workspace; null when there is none. */
  current(workspace: string | null): Pause | null;
  /** Begins now; a pause of the same scope that holds already ends where this one does. */
  pause(workspace: string | null, until: number | null): Promise<Pause>;
  /** Ends what holds now: of one workspace, or (null) of everything. Returns how many ended. */
  resume(workspace: string | null): Promise<number>;
}

interface Parts {
  home: string;
  now: () => number;
  log: Log;
}

/** Opens `pauses.json`. One that cannot be read may say that now is a pause: nothing is captured until somebody resumes. */
export async function openPauses({ home, now, log }: Parts): Promise<Pauses> {
  const path = join(home, 'pauses.json');
  let pauses = await readPauses(path, now, log);
  const holds = ({ from, until }: Pause, at: number): boolean => from <= at && (until === null || at < until);
  const isNow = (pause: Pause): boolean => holds(pause, now());

  const keep = async (next: readonly Pause[]): Promise<void> => {
    await writeDurably(path, `${JSON.stringify(next, null, 2)}\n`);
    pauses = [...next];
  };

  /** What the hook shim looks at: it then reads no payload, and keeps none in the spool. */
  const flag = join(home, 'paused');
  const raiseFlag = async (): Promise<void> => {
    const machine = pauses.find((pause) => pause.workspace === null && isNow(pause));
    if (machine === undefined) return rm(flag, { force: true });
    await writeDurably(flag, `${machine.until === null ? 0 : Math.ceil(machine.until / 1000)}\n`);
  };
  await raiseFlag();

  return {
    covers: (workspace, at) =>
      pauses.some((pause) => (pause.workspace ?? workspace) === workspace && holds(pause, at)),
    current: (workspace) =>
      pauses.find((pause) => (pause.workspace === null || pause.workspace === workspace) && isNow(pause)) ??
      null,
    pause: async (workspace, until) => {
      const running = pauses.find((pause) => pause.workspace === workspace && isNow(pause));
      const pause = { workspace, from: running?.from ?? now(), until };
      await keep([...pauses.filter((one) => one !== running), pause]);
      await raiseFlag();
      return pause;
    },
    resume: async (workspace) => {
      const at = now();
      const ends = (pause: Pause): boolean =>
        isNow(pause) && (workspace === null || pause.workspace === workspace);
      const ended = pauses.filter(ends).length;
      await keep(pauses.map((pause) => (ends(pause) ? { ...pause, until: at } : pause)));
      await raiseFlag();
      return ended;
    },
  };
}

async function readPauses(path: string, now: () => number, log: Log): Promise<Pause[]> {
  try {
    return z.array(Pause).parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    log.error('pauses.json cannot be read: capture is paused until somebody resumes', error);
    return [{ workspace: null, from: now(), until: null }];
  }
}
