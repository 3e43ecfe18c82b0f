import { stemOf, type Token } from './words.ts';

/** A number in the smallest unit of its dimension. */
export interface Quantity {
  /** `time` (ms), `bytes`, `percent`, `rate` (a second), `version TOOL`, `count`, or `count NOUN`. */
  dimension: string;
  value: number;
}

/** Unit, by its stem or short form → dimension and factor. Binary and decimal prefixes are taken for the same. */
const UNITS: ReadonlyMap<string, readonly [string, number]> = new Map(
  (
    [
      ['time', 1, 'ms msec millisecond milliseconds millis'],
      ['time', 1000, 's sec secs second seconds'],
      ['time', 60_000, 'min mins minute minutes'],
      ['time', 3_600_000, 'h hr hrs hour hours'],
      ['time', 86_400_000, 'd day days'],
      ['time', 604_800_000, 'week weeks wk'],
      ['time', 2_592_000_000, 'month months'],
      ['time', 31_536_000_000, 'year years yr'],
      ['bytes', 1, 'b byte bytes'],
      ['bytes', 1024, 'kb kib kilobyte kilobytes'],
      ['bytes', 1024 ** 2, 'mb mib megabyte megabytes meg'],
      ['bytes', 1024 ** 3, 'gb gib gigabyte gigabytes gig gi'],
      ['bytes', 1024 ** 4, 'tb tib terabyte terabytes'],
      ['percent', 1, '% percent pct'],
      ['rate', 1, 'rps qps'],
    ] as const
  ).flatMap(([dimension, factor, names]) =>
    names.split(' ').map((name): [string, readonly [string, number]] => [name, [dimension, factor]]),
  ),
);
const PERIODS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    hourly: 3_600_000,
    daily: 86_400_000,
    nightly: 86_400_000,
    weekly: 604_800_000,
    fortnightly: 1_209_600_000,
    biweekly: 1_209_600_000,
    monthly: 2_592_000_000,
    quarterly: 7_776_000_000,
    yearly: 31_536_000_000,
    annually: 31_536_000_000,
  }),
);
const PER = new Set(['per', 'a', 'an', 'every', 'each']);
/** Numbers that follow these name a version of it. */
const VERSIONED = new Set(
  `node python java jdk go golang ruby php postgres postgresql mysql react vue angular typescript rust dotnet net kotlin
  swift django rails spring redis mongodb elasticsearch kubernetes ubuntu debian alpine npm yarn pnpm eslint webpack vite
  next nuxt jest express laravel tls http openapi es ecmascript oauth version v scala gradle terraform bootstrap tailwind
  ipv cpp`.split(/\s+/),
);
const SCALES: ReadonlyMap<string, number> = new Map([
  ['k', 1000],
  ['thousand', 1000],
  ['million', 1e6],
  ['hundred', 100],
  ['dozen', 12],
]);
/** Words for no bound at all: more than any number. */
const ENDLESS = new Set(['unlimited', 'forever', 'infinite', 'indefinitely', 'unbounded', 'endless']);
const NO_COUNT = new Set(['one', 'single', 'once', 'half']);

/** The numbers of a text with their units: `5 s` and `5000 ms` come out the same. */
export function readQuantities(tokens: readonly Token[]): Quantity[] {
  const found: Quantity[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const { word = '', number = null } = tokens[at] ?? {};
    const period = PERIODS.get(word);
    const isEndless =
      ENDLESS.has(word) || (word === 'no' && /^(limit|maximum|cap|bound)$/.test(tokens[at + 1]?.word ?? ''));
    if (isEndless) found.push({ dimension: 'endless', value: Number.POSITIVE_INFINITY });
    else if (period !== undefined) found.push({ dimension: 'time', value: period });
    else if (number !== null && Number.isFinite(number)) found.push(...quantityAt(tokens, at, number));
    else if ((word === 'every' || word === 'each') && UNITS.get(tokens[at + 1]?.word ?? '')?.[0] === 'time')
      found.push({ dimension: 'time', value: UNITS.get(tokens[at + 1]?.word ?? '')?.[1] ?? 0 });
    else if (/^v\d+$/.test(word)) found.push({ dimension: 'version v', value: Number(word.slice(1)) });
  }
  return found;
}

function quantityAt(tokens: readonly Token[], at: number, number: number): Quantity[] {
  const scale = SCALES.get(tokens[at + 1]?.word ?? '');
  const value = number * (scale ?? 1);
  const unitAt = at + (scale === undefined ? 1 : 2);
  const unit = UNITS.get(tokens[unitAt]?.word ?? '');
  const rate = rateBehind(tokens, unitAt);
  if (rate !== null && unit?.[0] !== 'bytes') return [{ dimension: 'rate', value: (value * 1000) / rate }];
  if (unit !== undefined) return [{ dimension: unit[0], value: value * unit[1] }];
  const before = tokens[at - 1];
  if (before !== undefined && VERSIONED.has(before.word))
    return [{ dimension: `version ${before.word}`, value }];
  if (NO_COUNT.has(tokens[at]?.word ?? '') && tokens.length > 4) return [];
  const noun = tokens[unitAt];
  if (noun === undefined || noun.number !== null) return [{ dimension: 'count', value }];
  return [{ dimension: `count ${stemOf(noun.word)}`, value }];
}

/** `requests per minute`, `req/min`, `times a day` behind a number: the period in ms. */
function rateBehind(tokens: readonly Token[], at: number): number | null {
  for (let next = at; next < Math.min(at + 3, tokens.length); next += 1) {
    const { word = '', clause } = tokens[next] ?? {};
    if (clause !== tokens[at]?.clause) return null;
    const unit = UNITS.get(word);
    const before = tokens[next - 1]?.word ?? '';
    const isPer =
      PER.has(before) || (next > at && /^(req|reqs|requests|calls|times|messages|events|jobs)$/.test(before));
    if (unit?.[0] === 'time' && next >= at && isPer) return unit[1];
  }
  return null;
}
