/** What tells whose machine it is. */
export interface Machine {
  /** Home directories, as they are named and as they really are. */
  homes: readonly string[];
  user: string;
  host: string;
}

/** What is put in whose place. */
export type Discretion = readonly (readonly [RegExp, string])[];

/** Names that say nothing of anybody, and are words that people write for other reasons. */
const nobodys = new Set(
  [
    'root user users admin administrator dev developer node runner vscode codespace ubuntu debian ec2-user pi',
    'localhost host computer machine work code data app test git',
    // Names of agents, and of our own fields.
    'agent actor human daemon claude codex gemini opencode copilot cursor session turn text title body path paths',
    'name role model kind type status input output tool',
  ].flatMap((line) => line.split(' ')),
);

const leastChars = 2;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const asWord = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'giu');

/** The home directory becomes `~`, the names of the user and the machine `user` and `host`. */
export function discretionFor({ homes, user, host }: Machine): Discretion {
  const ofHomes = homes
    .map((home) => home.replace(/[\\/]+$/, ''))
    .filter((home) => home.length > 1)
    .sort((a, b) => b.length - a.length)
    .map((home): [RegExp, string] => [
      new RegExp(`(?<![\\p{L}\\p{N}_.-])${escaped(home)}(?![\\p{L}\\p{N}_-])`, 'gu'),
      '~',
    ]);
  const short = host.split('.')[0] ?? '';
  const ofNames = (
    [
      [host, 'host'],
      [short, 'host'],
      [user, 'user'],
    ] as const
  )
    .filter(([name]) => name.length >= leastChars && !nobodys.has(name.toLowerCase()))
    .map(([name, put]): [RegExp, string] => [asWord(name), put]);
  return [...ofHomes, ...ofNames];
}

const hide = (text: string, discretion: Discretion): string =>
  discretion.reduce((hidden, [wanted, put]) => hidden.replace(wanted, put), text);

/** The same value without what tells whose machine it is, in all of its strings and names. */
export function discreet<T>(value: T, discretion: Discretion): T {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return hide(inner, discretion);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map(walk);
    return Object.fromEntries(Object.entries(inner).map(([name, of]) => [hide(name, discretion), walk(of)]));
  };
  return walk(value) as T;
}
