import { execFileSync } from 'node:child_process';

/** File system tools are where only root's PATH has them. */
const environment = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

/** Runs a tool of the system; throws with what it said on standard error. */
export function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
}

export function isInstalled(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore', env: environment });
    return true;
  } catch {
    return false;
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0;

export function unmount(point: string): void {
  try {
    run('umount', [point]);
  } catch {
    // Somebody is still in there for a moment; the kernel lets go, and detaches the loop device, when they have left.
    run('umount', ['-l', point]);
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
