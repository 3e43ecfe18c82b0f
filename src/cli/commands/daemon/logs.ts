import { setTimeout } from 'node:timers/promises';
import { boolean, integer } from '@oclif/core/flags';
import { safeText } from '../../../core/safe-text.ts';
import { AppError } from '../../../schema/app-error.ts';
import { logPath } from '../../../wire/paths.ts';
import { HivemindCommand } from '../../command.ts';
import { type LogTail, readSince, readTail } from '../../log-tail.ts';

const POLL_MS = 300;

/** `read`, with an error that says what to do when there is no log. */
function readLog(read: () => LogTail, path: string): LogTail {
  try {
    return read();
  } catch (error) {
    throw new AppError('NOT_FOUND', `there is no daemon log at ${path}`, {
      hint: 'hivemind daemon start',
      cause: error,
    });
  }
}

export default class DaemonLogs extends HivemindCommand {
  static override summary = "Show the end of the daemon's log.";
  static override examples = ['hivemind daemon logs -n 100', 'hivemind daemon logs --follow'];
  static override flags = {
    lines: integer({ char: 'n', min: 0, max: 100_000, default: 50, description: 'How many lines' }),
    follow: boolean({ char: 'f', exclusive: ['json'], description: 'Go on and show what is added' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(DaemonLogs);
    const path = logPath();
    let tail = readLog(() => readTail(path, flags.lines), path);
    if (flags.json) return this.printJson({ path, lines: tail.lines });
    this.printLines(tail);
    while (flags.follow) {
      await setTimeout(POLL_MS);
      tail = readLog(() => readSince(path, tail.end), path);
      this.printLines(tail);
    }
  }

  printLines({ lines }: LogTail): void {
    for (const line of lines) this.print(safeText(line));
  }
}
