import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The session that a command in this shell belongs to: what the environment says, else one for each shell. */
export const currentSession = (env: Record<string, string | undefined>): string =>
  env.HIVEMIND_SESSION || `shell-${hostname()}-${process.ppid}-${startOf(process.ppid)}`;

/** When a process was started: its id alone is used again and again. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces; the start is the 20th field behind it.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 2000,
    });
    return String(Date.parse(text.trim()) || 0);
  } catch {
    return '0';
  }
}
