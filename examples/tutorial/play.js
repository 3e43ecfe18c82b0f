/**
 * Plays an agent in the repository of the current directory, for whoever has none at hand:
 *
 *   node play.js codex | claude-code | gemini-cli
 *
 * What it does is in stories.js and is really done: files are edited, commands are run. What an agent's hooks would
 * tell the daemon, and what its model would call by MCP, it says to the same operations on the daemon's socket.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stories } from './stories.js';

/** Calls an operation of the daemon, as docs/reference/operations.md lists them, in the name of `actor`. */
function call(operation, input, actor) {
  const run = join(process.env.HIVEMIND_HOME ?? join(process.env.HOME, '.hivemind'), 'run');
  let socketPath = join(run, 'daemon.sock');
  try {
    // Where the home's path is too long for a socket.
    socketPath = readFileSync(join(run, 'socket-path'), 'utf8').trim();
  } catch {}
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-hivemind-door': 'mcp',
      'x-hivemind-actor': encodeURIComponent(JSON.stringify(actor)),
    };
    const sent = request({ socketPath, path: `/v1/op/${operation}`, method: 'POST', headers }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      const { result, error } = JSON.parse(text);
      if (error) reject(new Error(`${operation}: ${error.message}${error.hint ? ` (try: ${error.hint})` : ''}`));
      else resolve(result);
    });
    sent.on('error', () => reject(new Error('no daemon runs here (try: hivemind status)')));
    sent.end(JSON.stringify(input));
  });
}

/** A unified diff by git of what a file is and what it becomes. */
function diffOf(path, before, after) {
  const blob = (text) => spawnSync('git', ['hash-object', '-w', '--stdin'], { input: text, encoding: 'utf8' }).stdout.trim();
  const { stdout } = spawnSync('git', ['diff', blob(before), blob(after)], { encoding: 'utf8' });
  return `--- a/${path}\n+++ b/${path}\n${stdout.slice(Math.max(0, stdout.indexOf('@@')))}`;
}

/** Runs a command as an agent's shell does; hooks of git see whose shell it is. */
function run(command, env) {
  const startedAt = Date.now();
  const shell = { encoding: 'utf8', shell: true, env: { ...process.env, NO_COLOR: '1', ...env } };
  const { status, stdout, stderr } = spawnSync(command, shell);
  return { exitCode: status ?? -1, output: stdout + stderr, durationMs: Date.now() - startedAt };
}

/**
 * Plays one story. `say` is given a line for each step, `clock` gives the epoch milliseconds at which a step counts as
 * done, `env` is added to the environment of its commands.
 */
export async function play(agent, story, { say = console.log, clock = Date.now, env: more = {} } = {}) {
  const native = randomUUID();
  const ask = (operation, input) => call(operation, input, { kind: 'agent', name: agent, model: story.model });
  const cwd = process.cwd();
  const env = { ...more, ...(agent === 'claude-code' ? { CLAUDE_CODE_SESSION_ID: native } : {}) };
  let turn = '';
  const record = (kind, fields = {}) =>
    ask('event.record', { kind, agent, session: native, cwd, at: Math.trunc(clock()), ...(turn ? { turn } : {}), ...fields });
  const told = async (event, fields) => {
    const payload = { session: native, agent, cwd, at: Math.trunc(clock()), model: story.model, ...fields };
    const answer = await ask('capture.hook', { agent: 'generic', event, payload: JSON.stringify(payload), cwd });
    return answer.stdout;
  };

  const brief = await told('SessionStart', {});
  const mine = { cwd };

  const steps = {
    prompt: async ({ prompt }) => {
      turn = randomUUID();
      // Our id of this session, for what is written in its name.
      ({ session: mine.caller } = await record('prompt', { text: prompt }));
      return `is asked: ${prompt}`;
    },
    reply: async ({ reply }) => {
      await told('Stop', { text: reply, turn });
      return `says: ${reply}`;
    },
    run: async ({ run: command }) => {
      const { exitCode, output, durationMs } = run(command, env);
      const how = { command, 'exit-code': exitCode, 'duration-ms': durationMs, status: exitCode === 0 ? 'ok' : 'failed' };
      await record('tool', { tool: 'Bash', output, ...how });
      return `runs: ${command}   ${exitCode === 0 ? 'passed' : `FAILED, exit code ${exitCode}`}`;
    },
    edit: async ({ edit: path, find, replace, append, create }) => {
      const before = create === undefined ? readFileSync(path, 'utf8') : '';
      if (find !== undefined && !before.includes(find)) throw new Error(`${path} is not what this story begins with`);
      const after = create ?? (append === undefined ? before.replace(find, () => replace) : before + append);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, after);
      await record('edit', { path: join(cwd, path), text: create === undefined ? 'updated' : 'created', diff: diffOf(path, before, after) });
      return `edits: ${path}`;
    },
    takePlanItem: async ({ takePlanItem: item }) => {
      await ask('plan.next', { item, take: true, ...mine });
      return `takes from the plan: ${item}`;
    },
    planItem: async ({ planItem: title, note }) => {
      await ask('plan.add', { title, note, ...mine });
      return `puts on the plan: ${title}`;
    },
    finishPlanItem: async ({ finishPlanItem: item }) => {
      await ask('plan.set', { item, state: 'done', ...mine });
      return `is done with: ${item}`;
    },
    attempt: async ({ attempt: approach, reason }) => {
      await ask('memory.attempt', { approach, outcome: 'failed', why: reason, paths: ['src/parser.js'], ...mine });
      return `remembers that this failed: ${approach}`;
    },
    decision: async ({ decision: subject, chosen, reason, paths }) => {
      await ask('memory.decide', { subject, choice: chosen, why: reason, paths, ...mine });
      return `decides on ${subject}: ${chosen}`;
    },
    handOff: async ({ handOff: to, task, status, next }) => {
      await ask('handoff.offer', { to: `agent:${to}`, task, status, next, ...mine });
      return `hands over to ${to}: ${next}`;
    },
    acceptHandoff: async () => {
      const { handoffs } = await ask('handoff.list', { state: 'offered', ...mine });
      const handedOver = handoffs.find(({ posting }) => posting.to.kind === 'anybody' || posting.to.name === agent);
      if (handedOver === undefined) throw new Error('nothing is handed over (play the story before this one first)');
      await ask('handoff.accept', { handoff: handedOver.posting.id, ...mine });
      return `takes what ${handedOver.posting.from} has handed over`;
    },
    commit: async ({ commit: message }) => {
      const command = `git add --all && git commit -m "${message}"`;
      const { exitCode, output } = run(command, env);
      if (exitCode !== 0) throw new Error(output);
      await record('tool', { tool: 'Bash', command, output, 'exit-code': 0, status: 'ok' });
      return `commits: ${message}`;
    },
  };

  for (const step of story.steps) {
    const kind = Object.keys(steps).find((name) => name in step);
    say(`${agent} ${await steps[kind](step)}`);
  }
  await told('SessionEnd', { text: 'done' });
  return { session: mine.caller, brief };
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const story = stories[process.argv[2]];
  if (story === undefined) {
    console.error(`usage: node play.js ${Object.keys(stories).join(' | ')}`);
    process.exit(2);
  }
  try {
    const { brief } = await play(process.argv[2], story);
    if (brief) console.log(`\nAt its start ${process.argv[2]} was told:\n\n${brief}`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
