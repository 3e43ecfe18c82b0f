/**
 * Commands that have no operation of their own name: one starts what would answer, one reads a file, one runs a command, one
 * is short for another, and what sets a command must not be reached by the socket, some print what is in the package.
 */
export const cliOnly: readonly string[] = [
  'completion',
  'daemon logs',
  'daemon start',
  'help',
  'notify add',
  'notify remove',
  'plan',
  'record run',
];
