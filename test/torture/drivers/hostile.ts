import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DraftInput } from '../../../src/schema/event.ts';
import { callTool, type McpProcess, openLegacy, startMcp } from '../../world/mcp.ts';
import { type Answer, must } from '../ask.ts';
import { fail } from '../check.ts';
import { nameBranches } from '../hostile-branches.ts';
import { compare, drafted, repeat, type Sent } from '../hostile-events.ts';
import { hostileValues } from '../hostile-values.ts';
import { type Driver, type DriverOptions, emptyReport, type Report } from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, makeWorld, type World } from '../world.ts';

export const hostile: Driver = {
  name: 'hostile',
  summary: 'hostile names and values through socket, command line, MCP and hooks',
  rounds: 600,
  run: runHostile,
};

/** Two workspaces; whatever crosses from the right one into the left is known by its mark. */
interface Scene {
  world: World;
  mcp: McpProcess;
  left: string;
  right: string;
  pid: number;
  /** What was appended to the left workspace by this driver. */
  sent: Sent[];
  value: string;
  index: number;
}

const mark = 'wombatright';
/** A process for each of these values, so not for all. */
const commandEvery = 8;

async function runHostile({ rounds, seed, log, keep }: DriverOptions): Promise<Report> {
  const report = emptyReport();
  const world = makeWorld();
  try {
    const scene = await makeScene(world);
    for (const [index, value] of hostileValues(rounds, seed).entries()) {
      report.rounds += 1;
      Object.assign(scene, { value, index });
      const failures = await tryValue(scene);
      const round = `round ${report.rounds} (${JSON.stringify(value).slice(0, 80)})`;
      fail(report, round, failures);
      if (report.rounds % 50 === 0) log(`${report.rounds} values`);
      if (report.failures.length > 20) break;
    }
    report.acked = scene.sent.length;
    fail(report, 'at the end', await tryAllAgain(scene));
    scene.mcp.end();
  } catch (error) {
    report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
  }
  await conclude(world, report, keep);
  return report;
}

async function makeScene(world: World): Promise<Scene> {
  const [left, right] = [await world.home.repository('left'), await world.home.repository('right')];
  const pid = await world.call();
  for (const [name, cwd] of [
    ['left', left],
    ['right', right],
  ] as const) {
    await must('create', world.ask('workspace.create', { name, cwd }));
    const events = Array.from({ length: 20 }, (_, index) => drafted(`${name} ${index}`, `${name}-${index}`));
    const marked = events.map((event) => ({
      ...event,
      text: `the ${name === 'right' ? mark : 'quokka'} sleeps`,
    }));
    await must('append', world.ask('event.append', { workspace: name, events: marked }));
  }
  const mcp = startMcp(world.home, left);
  await openLegacy(mcp);
  return { world, mcp, left, right, pid, sent: [], value: '', index: 0 };
}

async function tryValue(scene: Scene): Promise<string[]> {
  const failures = [
    ...(await readByIt(scene)),
    ...(await writeIt(scene)),
    ...(await nameAWorkspace(scene)),
    ...(await nameBranches(scene.world.ask, { workspace: 'left', value: scene.value, judge })),
    ...(await sayItToAHook(scene)),
    ...(await sayItToTools(scene)),
    ...(scene.index % commandEvery === 0 ? await typeIt(scene) : []),
    ...strangeFiles(scene),
  ];
  const status = await scene.world.ask('daemon.status', {});
  if (status.kind !== 'ok' || status.result.pid !== scene.pid) failures.push('the daemon has ended');
  return failures;
}

/** Every field that ends in a filter: an answer is about the left workspace, or an error that says what is wrong. */
async function readByIt({ world: { ask }, value }: Scene): Promise<string[]> {
  const left = { workspace: 'left' };
  const answers: Record<string, Answer<unknown>> = {
    'recall.search': await ask('recall.search', { ...left, query: value, budget: 20_000 }),
    'session.show': await ask('session.show', { ...left, session: value }),
    'replay.show': await ask('replay.show', { ...left, session: value }),
    'event.show': await ask('event.show', { ...left, id: value }),
    'a directory': await ask('status.show', { cwd: value }),
  };
  const listed = await ask('session.list', { ...left, agent: value, limit: 1000 });
  const failures = Object.entries(answers).flatMap(([what, answer]) => judge(what, answer));
  failures.push(...judge('session.list', listed));
  const others =
    listed.kind === 'ok' ? listed.result.sessions.filter((session) => session.agent !== value) : [];
  if (others.length > 0) failures.push(`session.list shows ${others.length} sessions of other agents`);
  const named = await ask('workspace.show', { workspace: value });
  if (
    named.kind === 'ok' &&
    fold(named.result.workspace.name) !== fold(value) &&
    named.result.workspace.id !== value
  )
    failures.push(`it names the workspace ${named.result.workspace.name}`);
  return failures;
}

const fold = (name: string): string =>
  name
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '');

/** In every field of an event; what comes back is what was sent, and its keys are keys of nothing else. */
async function writeIt(scene: Scene): Promise<string[]> {
  const { world, value, index } = scene;
  const { ask } = world;
  const delivery = value.slice(0, 190);
  const event: DraftInput = {
    ...drafted(`wrote ${value}`, `${index}-${value}`.slice(0, 400)),
    actor: { kind: 'agent', name: value.slice(0, 150) || 'nobody' },
    paths: [value.slice(0, 2_000)],
    text: index % 2 === 0 ? value : `quokka ${value}`,
    // A computed key, or `__proto__` would be none.
    body: Object.fromEntries([
      ['message', value],
      [value.slice(0, 500), [value]],
    ]),
  };
  const first = await ask('event.append', { workspace: 'left', events: [event], delivery });
  if (first.kind !== 'ok') return [`append: ${JSON.stringify(first).slice(0, 300)}`];
  const [id] = first.result.appended;
  // The same nonce may have been used before: for a value that differs only behind where nonces end.
  if (id === undefined)
    return scene.sent.some((before) => before.delivery === delivery)
      ? []
      : ['a new nonce is taken for one that was used'];
  const sent: Sent = { id, delivery, index, draft: event };
  scene.sent.push(sent);
  return [...(await compare(world, sent)), ...(await repeat(world, sent))];
}

async function nameAWorkspace({ world: { ask }, value }: Scene): Promise<string[]> {
  const made = await ask('workspace.create', { name: value, bind: false });
  if (made.kind !== 'ok') return judge('workspace.create', made);
  const { id, name } = made.result.workspace;
  const found = await ask('recall.search', { workspace: value, query: 'sleeps' });
  const gone = await ask('workspace.delete', { workspace: id, confirm: name });
  const isEmpty = found.kind === 'ok' && found.result.matched === 0;
  return [
    ...(isEmpty ? [] : [`the new workspace has something in it: ${JSON.stringify(found).slice(0, 300)}`]),
    ...judge('workspace.delete', gone),
  ];
}

/** In every field of a payload, as the name of the agent, of the event, and of the directory. */
async function sayItToAHook({ world: { ask, home }, left, value, index }: Scene): Promise<string[]> {
  const payload = {
    session_id: value,
    transcript_path: value,
    prompt_id: value,
    prompt: `quokka ${value}`,
    tool_name: value,
    tool_use_id: value,
    tool_input: { command: value, file_path: value, [value]: value },
    tool_response: { stdout: value },
  };
  const event = index % 2 === 0 ? 'PostToolUse' : 'UserPromptSubmit';
  const send = (more: object, names: { agent?: string; event?: string } = {}) =>
    ask('capture.hook', {
      agent: 'claude-code',
      event,
      ...names,
      payload: JSON.stringify({ ...payload, ...more }),
    });
  const answers = [
    await send({ cwd: left }),
    await send({ cwd: value }),
    await send({ cwd: left }, { event: value }),
    await send({ cwd: left }, { agent: value }),
  ];
  const failures = answers.flatMap((answer) => judge('capture.hook', answer));
  if (index % commandEvery === 0 && isArgument(value)) {
    // The shim makes a file name of the first two.
    const script = await home.hook(value.slice(0, 500), JSON.stringify({ ...payload, cwd: left }), left);
    if (script.exitCode !== 0) failures.push(`hook.sh ended with ${script.exitCode}: ${script.stderr}`);
  }
  return failures;
}

async function sayItToTools({ mcp, value }: Scene): Promise<string[]> {
  const answers = {
    recall: await callTool(mcp, 'recall', { query: value }),
    show: await callTool(mcp, 'show', { id: value }),
    sessions: await callTool(mcp, 'status', { agent: value, workspace: 'right', cwd: value }),
  };
  return Object.entries(answers)
    .filter(([, { text }]) => text.includes(mark))
    .map(([tool]) => `the tool ${tool} shows the other workspace`);
}

/** On the command line, where it can be an argument at all. */
async function typeIt({ world: { home }, left, value }: Scene): Promise<string[]> {
  if (!isArgument(value)) return [];
  const failures: string[] = [];
  for (const words of [['recall'], ['show'], ['session', 'show'], ['replay'], ['workspace', 'show']]) {
    if (words[0] === 'workspace' && fold(value) === 'right') continue;
    const { exitCode, stdout, stderr } = await home.hivemind([...words, '--', value], { cwd: left });
    if (exitCode < 0 || exitCode > 6)
      failures.push(`${words.join(' ')} ended with ${exitCode}: ${stderr.slice(0, 300)}`);
    if (`${stdout}${stderr}`.includes(mark)) failures.push(`${words.join(' ')} shows the other workspace`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not reach a terminal
    if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(`${stdout}${stderr}`))
      failures.push(`${words.join(' ')} hands control characters to the terminal`);
  }
  return failures;
}

const isArgument = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** No answer, a bug, or what is the other side's. */
function judge(what: string, answer: Answer<unknown>): string[] {
  const text = JSON.stringify(answer);
  if (answer.kind === 'none') return [`${what}: no answer (${answer.reason})`];
  if (answer.kind === 'error' && ['INTERNAL', 'DATA_LOSS', 'UNAVAILABLE'].includes(answer.code))
    return [`${what}: ${text.slice(0, 300)}`];
  return text.includes(mark) ? [`${what} shows the other workspace`] : [];
}

/** Names of files are ours: nothing from outside is in one, and none stands where none belongs. */
function strangeFiles({ world: { home, directory } }: Scene): string[] {
  const ours = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    ({ name }) => !/^[\w.+-]+$/.test(name),
  );
  const beside = readdirSync(home.dir).filter((name) => !['.hivemind', 'left', 'right'].includes(name));
  const folders = readdirSync(join(directory, 'data')).filter(
    (name) => !/^(ws_[0-9a-f]{32}(\.deleted)?|[\w.-]+\.(lock|lock-journal|json))$/.test(name),
  );
  return [
    ...ours.map(
      (entry) => `a file is named ${JSON.stringify(relative(directory, join(entry.parentPath, entry.name)))}`,
    ),
    ...[...beside, ...folders].map((name) => `there is ${JSON.stringify(name)}`),
  ];
}

/** Once all of it is in LanceDB the filters run there: every nonce is known, no other is, and the right side is as it was. */
async function tryAllAgain({ world, sent }: Scene): Promise<string[]> {
  const { ask } = world;
  const failures: string[] = [];
  const deadline = performance.now() + 30_000;
  const tail = async (): Promise<number> =>
    (await must('status', ask('status.show', { workspace: 'left' }))).tail;
  while ((await tail()) > 0 && performance.now() < deadline) await sleep(100);
  for (const one of sent)
    for (const failure of [...(await compare(world, one)), ...(await repeat(world, one))])
      failures.push(`${JSON.stringify(one.delivery).slice(0, 60)}: ${failure}`);
  const right = await ask('workspace.show', { workspace: 'right' });
  if (right.kind !== 'ok' || right.result.events !== 21)
    failures.push(`the other workspace: ${JSON.stringify(right).slice(0, 200)}`);
  return failures;
}
