import { Command } from '@oclif/core/command';
import { boolean } from '@oclif/core/flags';
import type { FlagInput } from '@oclif/core/interfaces';
import { type ErrorCode, errorCodes } from '../schema/error-codes.ts';
import type { Call, CallContext, InputOf, OperationName, OutputOf } from '../schema/operation.ts';
import type { Connection } from '../wire/connect.ts';
import { humanActor } from '../wire/person.ts';
import { jsonText } from './exit.ts';
import { argsOf, flagsOf, isFreeText } from './flags.ts';
import { createProgress } from './progress.ts';
import { paintFor } from './render/paint.ts';
import { isAsciiOnly, type View } from './render/view.ts';
import { type OperationSpec, specOf } from './spec.ts';
import { currentDirectory, stampInput, typist } from './stamp.ts';

const PLAIN_WIDTH = 120;

/** What every command of ours shares: --json, output, the way to the daemon. Errors rise to src/cli/main.ts. */
export abstract class HivemindCommand extends Command {
  static override baseFlags: FlagInput = {
    json: boolean({ description: 'Print the result as JSON', helpGroup: 'GLOBAL' }),
  };

  protected override async catch(error: Error): Promise<never> {
    throw error;
  }

  protected view(): View {
    const { stdout, env } = process;
    return {
      paint: paintFor(stdout, env),
      now: Date.now(),
      width: stdout.columns || PLAIN_WIDTH,
      ascii: isAsciiOnly(env),
    };
  }

  protected print(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  protected printJson(value: unknown): void {
    process.stdout.write(jsonText(value));
  }

  /** A connection to the daemon; `start: false` never starts one. The wire is loaded here, so that help does not pay for it. */
  protected async connect(start: boolean): Promise<Connection> {
    const { connect } = await import('../wire/connect.ts');
    return connect({ start });
  }
}

type Flags = Record<string, unknown>;

/** What a presenter gets to show a result in its own way. */
export interface Presentation<N extends OperationName> {
  call: Call;
  /** What comes into a workspace, for a command that goes on. */
  follow: Connection['follow'];
  input: InputOf<N>;
  flags: Flags;
  context: Partial<CallContext>;
  /** Writes a line of the result; waits while whoever reads it is slower. */
  printLine: (line: string) => Promise<void>;
}

export interface CommandOptions<N extends OperationName> {
  /** The result as people read it. */
  render: (output: OutputOf<N>, view: View, input: InputOf<N>, flags: Flags) => string;
  /** The error that a result stands for (a check has found damage): the result is shown all the same, the exit code is the error's. */
  failure?: (output: OutputOf<N>) => ErrorCode | null;
  /** Summary, when the command is more than its operation. */
  summary?: string;
  /** Flags of the command alone, not fields of the operation. */
  flags?: FlagInput;
  /** Completes the input before the call: resolves paths, asks a person. */
  prepare?: (input: InputOf<N>) => InputOf<N> | Promise<InputOf<N>>;
  /** Shows the result itself (a viewer) and returns true, or leaves it to `render`. Not asked with --json. */
  present?: (presentation: Presentation<N>) => Promise<boolean>;
  /** Gets the result in another way than by one call; null: everything is said already. */
  answer?: (presentation: Presentation<N>) => Promise<OutputOf<N> | null>;
  /** Only a person's word counts: an agent that types it is told apart. */
  isVerdict?: boolean;
  /** false: never start a daemon for this. */
  start?: boolean;
  /** The result when no daemon runs; without it that is an error. Only with `start: false`. */
  absent?: OutputOf<N>;
}

/** The operation's input from parsed words: undefined fields are left out, free text is joined. */
function inputFrom(spec: OperationSpec, args: Flags, flags: Flags): Flags {
  const input: Flags = {};
  for (const name of Object.keys(spec.input.properties)) {
    const value = args[name] ?? flags[name];
    if (value !== undefined) input[name] = isFreeText(name) && Array.isArray(value) ? value.join(' ') : value;
  }
  return input;
}

async function printLine(line: string): Promise<void> {
  if (process.stdout.write(`${line}\n`)) return;
  await new Promise((resolve) => process.stdout.once('drain', resolve));
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UNAVAILABLE';

/** The command of an operation: flags, arguments, help and JSON come from the operation table. */
export function operationCommand<const N extends OperationName>(name: N, options: CommandOptions<N>) {
  const spec = specOf(name);

  return class OperationCommand extends HivemindCommand {
    static override summary = options.summary ?? spec.summary;
    static override description = options.summary === undefined ? spec.description : undefined;
    static override examples = spec.examples;
    static override args = argsOf(spec);
    static override flags: FlagInput = { ...flagsOf(spec), ...options.flags };

    override async run(): Promise<void> {
      const { args, flags } = await this.parse(OperationCommand);
      const typed = stampInput(spec, inputFrom(spec, args, flags), process.env, currentDirectory());
      const input = (await options.prepare?.(typed as InputOf<N>)) ?? (typed as InputOf<N>);
      const connection = await this.connectOrAbsent();
      if (connection === null) return this.show(options.absent as OutputOf<N>, input, flags);
      try {
        await this.answer(connection, input, flags);
      } finally {
        connection.close();
      }
    }

    /** null: no daemon runs, and this command knows what that means. */
    async connectOrAbsent(): Promise<Connection | null> {
      try {
        return await this.connect(options.start ?? true);
      } catch (error) {
        if (options.absent !== undefined && isUnavailable(error)) return null;
        throw error;
      }
    }

    async answer({ call, follow }: Connection, input: InputOf<N>, flags: Flags): Promise<void> {
      const progress = createProgress(process.stderr, () => performance.now());
      const report = flags.json ? () => undefined : progress.report;
      const context: Partial<CallContext> = {
        door: 'cli',
        actor: options.isVerdict ? typist(process.env) : humanActor(),
        // With --json too: a call that reports progress may take longer than the silence that is a time-out.
        ...(spec.streams ? { onProgress: report } : {}),
      };
      const presentation = { call, follow, input, flags, context, printLine };
      if (!flags.json && (await options.present?.(presentation))) return;
      try {
        const output = await (options.answer?.(presentation) ?? call(name, input, context));
        progress.clear();
        if (output !== null) this.show(output, input, flags);
      } finally {
        progress.clear();
      }
    }

    show(output: OutputOf<N>, input: InputOf<N>, flags: Flags): void {
      const failure = options.failure?.(output) ?? null;
      if (failure !== null) process.exitCode = errorCodes[failure].exit;
      if (flags.json) this.printJson(output);
      else this.print(options.render(output, this.view(), input, flags));
    }
  };
}
