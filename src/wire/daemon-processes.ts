import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the daemons that run for `home`, whoever holds its lock; empty where the system does not tell (no /proc). */
export function daemonsOf(home: string): number[] {
  const uid = process.getuid?.();
  return processIds().filter((pid) => {
    try {
      const [program = '', ...args] = read(pid, 'cmdline').split('\0');
      if (!/node[^/]*$/.test(program) || !args.some((arg) => /(^|\/)bin\/daemon\.js$/.test(arg)))
        return false;
      // A store's job runs the same file for a moment.
      if (args.includes('store-job')) return false;
      const owner = /^Uid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1];
      return Number(owner) === uid && `\0${read(pid, 'environ')}`.includes(`\0HIVEMIND_HOME=${home}\0`);
    } catch {
      // It has ended, or is another user's.
      return false;
    }
  });
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

const read = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
