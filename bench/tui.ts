import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { longLines, longSession } from '../test/world/long-replay.ts';
import { post } from '../test/world/upload.ts';
import { type Report, type Row, toRow } from './lib/measure.ts';
import { hasPty, openPty, type Pty } from './lib/pty.ts';
import { type BenchWorld, makeWorld, packageRoot, program } from './lib/world.ts';

/** Steps of the session that is gone through. */
const steps = 100_000;
/** Keys for each round: one takes milliseconds, the start of the viewer a second; so its 99th percentile has five times the samples. */
const keysPerRound = 5;
const ready = /READY/;

/**
 * The replay viewer in a real terminal: from the start of the process to the first full frame, beside an empty Node
 * script and an empty Ink program; from a key to what it draws, beside `less` on the text of the same session.
 */
export async function benchTui(rounds: number): Promise<Report> {
  if (!hasPty()) throw new Error("this bench needs a terminal: util-linux's `script` is not installed");
  const world = makeWorld();
  try {
    await fill(world);
    const starts = await benchStarts(world, rounds);
    const keys = await benchKeys(world, rounds);
    const paint = starts.find(({ name }) => name === 'first_paint');
    const ratios = [
      { name: 'first paint after Node starts, ms (p50)', value: paint?.p50 ?? Number.NaN, target: 500 },
      ...['step', 'page', 'jump', 'next_failure'].map((name) => ({
        name: `key to paint, ${name}, ms (p95)`,
        value: keys.find((row) => row.name === name)?.p95 ?? Number.NaN,
        target: 50,
      })),
    ].map((ratio) => ({ ...ratio, ok: ratio.value <= ratio.target }));
    return { bench: 'tui', rows: [...starts, ...keys], ratios };
  } finally {
    world.remove();
  }
}

async function fill({ socket }: BenchWorld): Promise<void> {
  const { status } = await post(socket, '/v1/events?workspace=bench', longLines('long', steps));
  if (status !== 200) throw new Error(`the session was not taken in: ${status}`);
}

/** Programs that do as little as can be done, in the same terminal. */
function emptyPrograms({ dir }: BenchWorld): Record<string, string> {
  const [node, ink] = [join(dir, 'ready.mjs'), join(dir, 'ink.mjs')];
  writeFileSync(node, "process.stdout.write('READY');\n");
  const modules = join(packageRoot, 'node_modules');
  writeFileSync(
    ink,
    `import { createElement } from '${modules}/react/index.js';
import { render, Text } from '${modules}/ink/build/index.js';
render(createElement(Text, null, 'READY'));
`,
  );
  return { empty_node: node, empty_ink: ink };
}

async function benchStarts(world: BenchWorld, rounds: number): Promise<Row[]> {
  const { env, repository: cwd } = world;
  const viewer = [program, 'replay', longSession('long')];
  const started: Record<string, { args: string[]; expected: RegExp }> = {
    first_paint: { args: viewer, expected: /\? help/ },
  };
  for (const [name, path] of Object.entries(emptyPrograms(world)))
    started[name] = { args: [path], expected: ready };
  const times = new Map<string, number[]>(Object.keys(started).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, { args, expected }] of Object.entries(started)) {
      const pty = openPty([process.execPath, ...args], { env, cwd });
      const took = await pty.until(expected);
      await pty.close();
      // The first reads the session for all that come after it.
      if (round > 0) times.get(name)?.push(took);
    }
  return [...times].map(([name, list]) => toRow(name, list));
}

const number = (text: number): RegExp => new RegExp(`(?<!\\d)${text}/${steps}`);

async function benchKeys(world: BenchWorld, rounds: number): Promise<Row[]> {
  const { env, repository: cwd } = world;
  const count = rounds * keysPerRound;
  const viewer = openPty([process.execPath, program, 'replay', longSession('long')], { env, cwd });
  await viewer.until(/\? help/);
  await viewer.quiet(500);
  const rows = [
    await timeKeys('step', viewer, count, (at) => ['\u001b[C', number(at + 2)]),
    await timeKeys('jump', viewer, count, (at) => [
      `:${1 + ((at * 7919) % steps)}\r`,
      number(1 + ((at * 7919) % steps)),
    ]),
  ];
  await viewer.press(':1\r', number(1));
  await viewer.quiet(500);
  rows.push(
    await timeKeys('page', viewer, count, (at) => ['\u001b[6~', number(1 + (at + 1) * 6)]),
    await timeKeys('next_failure', viewer, count, () => ['f', /npm test -- \d*(?:33|77)\b/]),
  );
  await viewer.close();
  const text = join(world.dir, 'long.txt');
  writeFileSync(text, textOf(world));
  const less = openPty(['less', text], { env, cwd });
  await less.quiet(300);
  rows.push(await timeKeys('less_line', less, count, () => ['j', /\n/]));
  rows.push(await timeKeys('less_page', less, count, () => [' ', /\n/]));
  await less.close();
  return rows;
}

/** The same session as text, as far as one command prints it. */
const textOf = ({ hivemind }: BenchWorld): string =>
  hivemind('replay', longSession('long'), '--text', '--limit', '2000');

async function timeKeys(
  name: string,
  pty: Pty,
  count: number,
  key: (at: number) => readonly [keys: string, expected: RegExp],
): Promise<Row> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    times.push(await pty.press(...key(at)));
    // A person does not press the next key before he has seen what the last one did.
    await pty.quiet(30);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN;
  return { ...toRow(name, times), p95: Math.round(p95 * 100) / 100 };
}
