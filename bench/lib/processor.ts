import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks of /proc in a second, on every Linux of today. */
const ticksPerSecond = 100;

/** Processor time that a process and its children have used, in seconds; 0 where there is no /proc. */
export function processorSeconds(pid: number): number {
  try {
    const fields = statOf(pid);
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
    return own + childrenOf(pid).reduce((sum, child) => sum + processorSeconds(child), 0);
  } catch {
    return 0;
  }
}

/** The fields of /proc/PID/stat behind the name, which may itself hold spaces. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Waits until the process has come to rest, for a minute at most: what it still has to do must not slow down what is measured next. */
export async function untilIdle(pid: number): Promise<void> {
  for (let quiet = 0, before = processorSeconds(pid), tries = 0; quiet < 3 && tries < 300; tries += 1) {
    await sleep(200);
    const now = processorSeconds(pid);
    quiet = now - before < 0.03 ? quiet + 1 : 0;
    before = now;
  }
}
