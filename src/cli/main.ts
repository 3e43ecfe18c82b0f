import { Config } from '@oclif/core/config';
import { run as runOclif } from '@oclif/core/run';
import { AppError } from '../schema/app-error.ts';
import { nearest } from '../schema/nearest.ts';
import { commandError, exitCodeOf, jsonText, renderError } from './exit.ts';
import { helpFor, helpWords, topicOfCommand } from './help/see.ts';
import { topicNames } from './help/topics.ts';
import { paintFor } from './render/paint.ts';

const INTERRUPTED = 130;

interface Tree {
  /** Words of every command, such as "workspace create". */
  commands: readonly string[];
  /** Words that only head a group of commands. */
  topics: readonly string[];
}

/** Finds the command in the words of the command line. Throws INVALID_ARGUMENT, with the nearest command, when there is none. */
export function findCommand(argv: readonly string[], { commands, topics }: Tree): string {
  const firstOption = argv.findIndex((word) => word.startsWith('-'));
  const words = firstOption === -1 ? argv : argv.slice(0, firstOption);
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length).join(' ');
    if (commands.includes(name)) return name;
    if (topics.includes(name) && length === words.length) return name;
  }
  if (words.length === 0) return '';
  throw unknownCommand(words, { commands, topics });
}

function unknownCommand(words: readonly string[], { commands, topics }: Tree): AppError {
  const topic = topics.find((name) => name === words[0]);
  const typed = words.slice(0, topic === undefined ? 1 : 2).join(' ');
  // "worspace create x" is nearest to a command of two words, "recal x" to one of one.
  const guess = nearest(words.slice(0, 2).join(' '), commands) ?? nearest(typed, [...commands, ...topics]);
  return new AppError('INVALID_ARGUMENT', `unknown command: ${typed}`, {
    hint:
      guess === undefined ? `hivemind ${topic === undefined ? '' : `${topic} `}--help` : `hivemind ${guess}`,
  });
}

const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
};

function report(error: AppError, { json, command }: { json: boolean; command: string }): void {
  process.exitCode = exitCodeOf(error);
  const help = helpFor(error, command);
  if (json) {
    const told = { ...error.toJSON(), ...(help === undefined ? {} : { help }) };
    process.stdout.write(jsonText({ error: told }));
  } else process.stderr.write(renderError(error, paintFor(process.stderr, process.env), help));
}

/** Behind the help of a command: where it is explained at length. */
function tellOfGuide(command: string, root: string): void {
  const [first = ''] = command.split(' ');
  const topic = Object.hasOwn(topicOfCommand, first) ? topicOfCommand[first] : undefined;
  if (topic !== undefined && topicNames(root).includes(topic))
    process.stdout.write(`GUIDE\n  ${helpWords(topic)}\n`);
}

function handleSignals(): void {
  process.once('SIGINT', () => process.exit(INTERRUPTED));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader went away (`| head`): there is nobody left to tell.
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}

/** `hivemind help x` is `hivemind x --help` where x is a command; else, and always for a program, it is a guide. */
function withHelpWord(argv: readonly string[], tree: Tree, root: string): string[] {
  const [first, ...rest] = argv;
  if (first !== 'help' || rest.includes('--help') || rest.includes('--json')) return [...argv];
  const words = rest.filter((word) => !word.startsWith('-'));
  if (words.length === 0) return ['--help'];
  const [word = ''] = words;
  const isCommand = [...tree.commands, ...tree.topics].includes(word);
  const isGuide = word === 'topics' || word === 'guide' || topicNames(root).includes(word);
  return isCommand || !isGuide ? [...rest, '--help'] : [...argv];
}

/** Runs the command line `argv` of the program installed at `root`; sets the exit code, never throws. */
export async function run(argv: readonly string[], root: string): Promise<void> {
  handleSignals();
  let command = '';
  try {
    const config = await Config.load({ root });
    const spaced = (ids: readonly string[]): string[] => ids.map((id) => id.replaceAll(':', ' '));
    const tree = {
      commands: spaced(config.commandIDs),
      topics: spaced(config.topics.map((topic) => topic.name)),
    };
    const words = withHelpWord(argv, tree, root);
    command = findCommand(words, tree);
    await runOclif(words, config);
    if (words.at(-1) === '--help') tellOfGuide(command, root);
  } catch (error) {
    report(commandError(error, command), { json: wantsJson(argv), command });
  }
}
