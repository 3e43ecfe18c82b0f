import { errorCodes } from '../../src/schema/error-codes.ts';
import { ErrorShape } from '../../src/schema/errors.ts';
import { outputFields, outputTable, table } from './schema-tables.ts';

/** What an exit code asks of the caller; an error code whose exit code is not here stops the generator. */
const advice: Readonly<Record<number, string>> = {
  1: 'the state refuses: look at the message',
  2: 'fix the input',
  3: 'resolve the conflict',
  4: 'ask somebody who may',
  5: 'try again',
  6: 'data is damaged: stop and look',
  70: 'a bug: report it',
};

function adviceFor(exit: number): string {
  const words = advice[exit];
  if (words === undefined) throw new Error(`exit code ${exit} has no advice in scripts/reference/errors.ts`);
  return words;
}

const intro = `# Errors

Every door gives the same error. On the socket it is \`{"error": …}\` with an HTTP status; with \`--json\` a command prints the same object on standard output, without it the message and the hint on standard error. An MCP tool answers with \`isError\` and the message.`;

const outro = `Exit code 0 says that it worked, 130 that it was interrupted (ctrl-C). \`bin/hook.sh\` stands outside this table: it exits 0 whatever happens.`;

/** docs/reference/errors.md. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, { exit, http }]) => [
    `\`${code}\``,
    String(exit),
    String(http),
    adviceFor(exit),
  ]);
  return [
    intro,
    outputTable(outputFields(ErrorShape)),
    'The hint, where there is one, is the next command to type. A command also says which guide explains the error, where one does (`see:`, and `help` in the JSON).',
    '## Codes',
    table(['code', 'exit code', 'HTTP', 'what to do'], rows),
    outro,
  ].join('\n\n');
}
