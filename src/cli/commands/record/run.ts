import { randomUUID } from 'node:crypto';
import { string } from '@oclif/core/flags';
import type { FlagInput } from '@oclif/core/interfaces';
import { AppError } from '../../../schema/app-error.ts';
import type { InputOf } from '../../../schema/operation.ts';
import { HivemindCommand } from '../../command.ts';
import { runCommand } from '../../recording/command.ts';
import { handOver } from '../../recording/hand-over.ts';
import { currentSession } from '../../recording/session.ts';
import { callerIn, currentDirectory } from '../../stamp.ts';

/** Runs a command and records it; what the command prints and its exit code stay what they are. */
export default class RecordRun extends HivemindCommand {
  static override summary = 'Run a command and record it: its exit code, its output, how long it took.';
  static override description =
    'Everything behind -- is the command. Its input, output, signals and exit code are passed through; when it cannot be recorded that is said on stderr, and the exit code stays the one of the command.';
  static override examples = [
    'hivemind record run -- make test',
    'hivemind record run --agent ci -- ./deploy.sh',
  ];
  static override strict = false;
  static override baseFlags: FlagInput = {};
  static override flags: FlagInput = {
    session: string({
      description: 'Name of the session (default: $HIVEMIND_SESSION, else one for each shell)',
    }),
    agent: string({ description: 'Whose session it is (default: generic)' }),
    tool: string({ description: 'Name of the tool (default: the name of the program)' }),
    workspace: string({ char: 'w', description: 'Workspace name or id' }),
    branch: string({ description: 'Branch, by its name or id' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(RecordRun);
    const words = argv.map(String);
    if (words.length === 0)
      throw new AppError('INVALID_ARGUMENT', 'which command?', { hint: 'hivemind record run -- make test' });
    const cwd = currentDirectory();
    const ended = await runCommand(words);
    const caller = callerIn(process.env);
    const session =
      flags.session ??
      (caller !== undefined && !process.env.HIVEMIND_SESSION ? undefined : currentSession(process.env));
    const named = Object.fromEntries(
      Object.entries({
        session,
        caller,
        agent: flags.agent,
        workspace: flags.workspace ?? (process.env.HIVEMIND_WORKSPACE || undefined),
        branch: flags.branch ?? (process.env.HIVEMIND_BRANCH || undefined),
      }).filter(([, value]) => value !== undefined),
    );
    const input: InputOf<'event.record'> = {
      ...named,
      kind: 'tool',
      // A daemon that hangs may take it in after all, beside what was spooled.
      id: randomUUID(),
      tool: flags.tool ?? words[0]?.split('/').at(-1) ?? 'shell',
      command: words.map(quoted).join(' '),
      output: ended.output,
      'exit-code': ended.code,
      'duration-ms': ended.durationMs,
      at: Date.now(),
      cwd,
    };
    const trouble = await handOver(input);
    if (trouble !== null) process.stderr.write(`hivemind record run: ${trouble}\n`);
    if (ended.signal !== null) process.kill(process.pid, ended.signal);
    process.exitCode = ended.code;
  }
}

/** A word as it would be typed. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
