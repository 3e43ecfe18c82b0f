import { safeText } from '../core/safe-text.ts';
import { AppError, toAppError } from '../schema/app-error.ts';
import { errorCodes } from '../schema/error-codes.ts';
import type { Paint } from './render/paint.ts';

interface OclifError extends Error {
  oclif: { exit?: number };
  args?: readonly unknown[];
  flags?: readonly string[];
}

const isOclifError = (error: unknown): error is OclifError => error instanceof Error && 'oclif' in error;

const nameOf = (argument: unknown): string =>
  typeof argument === 'object' && argument !== null && 'name' in argument
    ? String(argument.name).toUpperCase()
    : String(argument);

function usageMessage(error: OclifError): string {
  if (error.args !== undefined) {
    const names = error.args.map(nameOf).join(', ');
    return /^Missing/.test(error.message) ? `missing argument: ${names}` : `unexpected argument: ${names}`;
  }
  if (error.flags !== undefined) return `unknown option: ${error.flags.join(', ')}`;
  const [first = '', ...rest] = error.message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'See more help with --help');
  // oclif heads a list of reasons with a line that says only that there are some.
  const parsing = /^Parsing (--\S+)$/.exec(first);
  if (parsing !== null) return `${parsing[1]}: ${rest.join('; ')}`;
  const lines = /^The following errors? occurred:$/.test(first) ? rest : [first, ...rest];
  return lines.join('; ');
}

/** Any failure of a command as an AppError; what oclif found wrong with the command line is INVALID_ARGUMENT. */
export function commandError(error: unknown, command: string): AppError {
  if (!isOclifError(error)) return toAppError(error);
  const help = command === '' ? 'hivemind --help' : `hivemind ${command} --help`;
  return new AppError('INVALID_ARGUMENT', usageMessage(error), { hint: help, cause: error });
}

/** Exit code that tells a script what to do about `error`. */
export const exitCodeOf = (error: AppError): number =>
  errorCodes[error.code]?.exit ?? errorCodes.INTERNAL.exit;

/** What a person reads on standard error; `help`: what to type to read more of it. */
export function renderError(error: AppError, paint: Paint, help?: string): string {
  const hint = error.hint === undefined ? '' : `\n${paint.dim('try:')} ${safeText(error.hint)}`;
  const see = help === undefined ? '' : `\n${paint.dim('see:')} ${help}`;
  return `${paint.red('error:')} ${safeText(error.message)}${hint}${see}\n`;
}

// JSON escapes C0 controls; a terminal that is shown the JSON must not meet DEL and C1 either.
const RAW_CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/** JSON for standard output: two spaces of indent, no raw control character in it. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(RAW_CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
