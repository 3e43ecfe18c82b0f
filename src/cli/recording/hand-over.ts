import { spawn } from 'node:child_process';
import { toAppError } from '../../schema/app-error.ts';
import type { InputOf } from '../../schema/operation.ts';
import { packageDir } from '../../wire/paths.ts';

type Record = InputOf<'event.record'>;

/** Tries to record; what the daemon cannot take now goes to the spool. Answers what to say on stderr; null: nothing. */
export async function handOver(input: Record): Promise<string | null> {
  try {
    const { connect } = await import('../../wire/connect.ts');
    const connection = await connect({ start: true });
    try {
      await connection.call('event.record', input, { door: 'cli' });
      return null;
    } finally {
      connection.close();
    }
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code !== 'UNAVAILABLE' && code !== 'DEADLINE_EXCEEDED') return `not recorded: ${message}`;
    await spool(input);
    return `${message}; it is kept, and recorded when the daemon is back`;
  }
}

/** hook.sh keeps the payload until the daemon takes it. */
function spool(input: Record): Promise<void> {
  return new Promise((resolve) => {
    const hook = spawn('/bin/sh', [`${packageDir()}/bin/hook.sh`, 'generic', input.kind], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    hook.on('error', () => resolve());
    hook.on('close', () => resolve());
    hook.stdin.on('error', () => undefined);
    hook.stdin.end(JSON.stringify(input));
  });
}
