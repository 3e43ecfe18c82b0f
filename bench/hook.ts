import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Report, type Row, ratio, type Subject, timeCommands, timeOnce, toRow } from './lib/measure.ts';
import { type BenchWorld, makeWorld, program, shim } from './lib/world.ts';

/** The cap of a hook that waits for an answer (hook.sh), with what spawning around it takes. */
const capMs = 1000;
/** The same of a hook that asks whether a call is to be warned of. */
const judgeCapMs = 100;

/** Wall time that one hook adds to an agent's tool call, with the daemon up, absent and hung, beside its peers. */
export async function benchHook(rounds: number): Promise<Report> {
  const world = makeWorld();
  try {
    const up = await timeCommands(
      [
        ...peers(world),
        hook(world, 'observe', 'PostToolUse'),
        hook(world, 'recall', 'UserPromptSubmit'),
        hook(world, 'judge', 'PreToolUse'),
      ],
      rounds,
    );
    world.hivemind('daemon', 'stop');
    const absent = await timeCommands(
      [
        { ...empty(world), name: 'empty_node_absent' },
        hook(world, 'absent_observe', 'PostToolUse', '/bin/true'),
        hook(world, 'absent_recall', 'UserPromptSubmit', '/bin/true'),
        hook(world, 'absent_judge', 'PreToolUse', '/bin/true'),
      ],
      rounds,
    );
    const hung = await timeHung(world);
    const rows = [...up, ...absent, ...hung];
    return {
      bench: 'hook',
      rows,
      ratios: [
        ratio(rows, 'observe', 'empty_node', 0.15),
        ratio(rows, 'recall', 'sh_curl', 1.5),
        ratio(rows, 'judge', 'sh_curl', 1.5),
        ratio(rows, 'absent_observe', 'empty_node_absent', 0.25),
        ratio(rows, 'absent_recall', 'empty_node_absent', 0.25),
        ratio(rows, 'absent_judge', 'empty_node_absent', 0.25),
        {
          name: 'hung_first_over_cap',
          value: round((hung[0]?.p50 ?? Number.NaN) / capMs),
          target: 1.1,
          ok: (hung[0]?.p50 ?? Number.NaN) <= capMs * 1.1,
        },
        {
          // What waiting in vain takes more than an answer does.
          name: 'hung_judge_over_cap',
          value: round((median(rows, 'hung_judge') - median(rows, 'judge')) / judgeCapMs),
          target: 1.1,
          ok: median(rows, 'hung_judge') - median(rows, 'judge') <= judgeCapMs * 1.1,
        },
        ratio(rows, 'hung_later', 'empty_node', 0.25),
      ],
    };
  } finally {
    world.remove();
  }
}

const median = (rows: readonly Row[], wanted: string): number =>
  rows.find(({ name }) => name === wanted)?.p50 ?? Number.NaN;
const round = (value: number): number => Math.round(value * 100) / 100;
const empty = (world: BenchWorld): Subject => ({
  name: 'empty_node',
  command: process.execPath,
  args: [world.emptyScript],
  env: world.env,
  cwd: world.repository,
});

function peers(world: BenchWorld): Subject[] {
  const base = { env: world.env, cwd: world.repository };
  const status = `curl -q -s -m 1 --noproxy '*' --unix-socket '${world.socket}' -H 'content-type: application/json' --data-binary @- http://d/v1/op/daemon.status`;
  return [
    { name: 'bin_true', command: '/bin/true', args: [], ...base },
    { name: 'sh_curl', command: 'sh', args: ['-c', status], input: '{}', ...base },
    empty(world),
    { name: 'oclif_status', command: process.execPath, args: [program, 'status'], ...base },
  ];
}

let serial = 0;

/** A payload of a size that agents send (about 900 bytes), each with ids of its own so that none is a duplicate. */
function hook(world: BenchWorld, name: string, event: string, starter?: string): Subject {
  const subject: Subject = {
    name,
    command: 'sh',
    args: [shim, 'claude-code', event],
    env: { ...world.env, ...(starter === undefined ? {} : { HIVEMIND_BIN: starter }) },
    cwd: world.repository,
    before: () => {
      serial += 1;
      subject.input = payload(world, event, serial);
    },
  };
  return subject;
}

const payload = (world: BenchWorld, event: string, id: number): string =>
  JSON.stringify({
    session_id: 'bench-session',
    transcript_path: join(world.dir, 'transcript.jsonl'),
    cwd: world.repository,
    hook_event_name: event,
    prompt_id: `prompt-${id}`,
    prompt: 'please look at the parser test that fails',
    tool_name: 'Bash',
    tool_use_id: `toolu_${id}`,
    tool_input: { command: 'npm test -- parser', description: 'Run the parser tests' },
    tool_response: { stdout: 'x'.repeat(400), stderr: '', interrupted: false },
    duration_ms: 12,
  });

/** A daemon that accepts and never answers: the first hook pays its cap once, those after it do not. */
async function timeHung(world: BenchWorld): Promise<Row[]> {
  const run = join(world.dir, '.hivemind', 'run');
  mkdirSync(run, { recursive: true });
  rmSync(world.socket, { force: true });
  const server: Server = createServer(() => undefined).listen(world.socket);
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const judge = await timeCommands([hook(world, 'hung_judge', 'PreToolUse')], 10);
    const first: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      rmSync(join(run, 'hung'), { recursive: true, force: true });
      const subject = hook(world, 'hung_first', 'UserPromptSubmit');
      await subject.before?.();
      first.push(await timeOnce(subject));
    }
    return [
      toRow('hung_first', first),
      ...judge,
      ...(await timeCommands([hook(world, 'hung_later', 'UserPromptSubmit')], 20)),
    ];
  } finally {
    server.close();
    if (existsSync(world.socket)) renameSync(world.socket, `${world.socket}.bench`);
  }
}
