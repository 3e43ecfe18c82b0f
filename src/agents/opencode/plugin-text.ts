/** First line of the plugin, by which it is known as ours. */
export const pluginMark =
  '// Hivemind: written by `hivemind connect opencode`, removed by `hivemind disconnect opencode`.';

/** Where the plugin finds bin/hook.sh: null where the home of whoever runs it decides (a file that is committed). */
export interface PluginPlace {
  hookPath: string | null;
  env: Readonly<Record<string, string>>;
  /** What the model is told to do by itself, beside the brief; absent: nothing. */
  instruction?: string | undefined;
}

/** Text of the plugin that OpenCode loads. Plain JavaScript without dependencies: OpenCode runs it as it is. */
export const pluginText = ({ hookPath, env, instruction }: PluginPlace): string =>
  pluginBody
    .replace('__MARK__', () => pluginMark)
    .replace('__HOOK__', () => (hookPath === null ? sharedHook : JSON.stringify(hookPath)))
    .replace('__IMPORTS__', () => (hookPath === null ? sharedImports : ''))
    .replace('__ENV__', () => JSON.stringify(env))
    .replace('__INSTRUCTION__', () => JSON.stringify(instruction ?? null));

const sharedImports = "import { homedir } from 'node:os';\nimport { join } from 'node:path';\n";
const sharedHook = "join(process.env.HIVEMIND_HOME || join(homedir(), '.hivemind'), 'bin', 'hook.sh')";

/*
 * It hands over what is final and forgets it. Nothing of OpenCode waits for it but the prompt, for a second at the
 * most. When two copies are loaded (the user's and a project's) the first to come works.
 */
const pluginBody = `__MARK__
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
__IMPORTS__
const hook = __HOOK__;
const environment = __ENV__;
const instruction = __INSTRUCTION__;
const patienceMs = 1000;
const mostKept = 500;

const place = Symbol.for('hivemind.opencode');
globalThis[place] ??= new Map();
const owners = globalThis[place];
const running = new Set();

function run(event, payload, isAsked) {
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(hook, ['opencode', event], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', isAsked ? 'pipe' : 'ignore', 'ignore'],
    });
    running.add(child);
    const done = () => {
      running.delete(child);
      resolve(said.trim());
    };
    child.on('error', done);
    child.on('close', done);
    child.stdin.on('error', () => undefined);
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.stdin.end(JSON.stringify(payload));
  });
}

function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, '');
  });
  return Promise.race([promise.catch(() => ''), late]).finally(() => clearTimeout(timer));
}

function keep(map, key, value) {
  map.delete(key);
  map.set(key, value);
  if (map.size > mostKept) map.delete(map.keys().next().value);
}

function createTeller(directory) {
  const sessions = new Map();
  const messages = new Map();
  const asked = new Map();
  const calls = new Map();

  const sessionOf = (id) => {
    if (!sessions.has(id)) keep(sessions, id, { info: { id }, isNew: false, isStarted: false, brief: null });
    return sessions.get(id);
  };
  const rootOf = (id) => {
    let root = id;
    for (let depth = 0; depth < 20; depth += 1) {
      const parent = sessions.get(root)?.info.parentID;
      if (!parent) break;
      root = parent;
    }
    return root;
  };
  const payloadFor = (id, more) => {
    const { info } = sessionOf(id);
    const { parentID, title, version, agent } = info;
    const cwd = info.directory ?? directory;
    return {
      sessionID: id,
      cwd,
      root: rootOf(id),
      session: { id, parentID, directory: cwd, title, version, agent },
      ...more,
    };
  };
  const tell = (event, id, more, isAsked = false) =>
    run(event, payloadFor(id, more), isAsked).catch(() => '');
  const messageOf = (id) => {
    if (!messages.has(id)) keep(messages, id, { info: { id }, texts: new Map() });
    return messages.get(id);
  };

  const takeSession = (info, isNew) => {
    const session = sessionOf(info.id);
    const { title } = session.info;
    session.info = info;
    session.isNew ||= isNew;
    if (session.isStarted && title !== info.title) tell('SessionTitled', info.id, {});
  };

  const takeMessage = (info) => {
    if (info.role !== 'assistant') return;
    const message = messageOf(info.id);
    if (message.isDone) return;
    message.info = info;
    if (!info.time?.completed && !info.error) return;
    message.isDone = true;
    const parts = [...message.texts.values()];
    message.texts = new Map();
    tell('MessageEnded', info.sessionID, {
      message: info,
      parts,
      asked: asked.get(info.parentID) ?? [],
    });
  };

  const takePart = (part) => {
    if (part.type === 'compaction') return keep(asked, part.messageID, [part]);
    if (part.type === 'text') {
      const message = messageOf(part.messageID);
      if (!part.synthetic && !part.ignored && !message.isDone) message.texts.set(part.id, part);
      return;
    }
    if (part.type !== 'tool') return;
    const { status, metadata } = part.state;
    const child = metadata?.sessionId;
    if (child && part.callID) keep(calls, child, part.callID);
    if (status !== 'completed' && status !== 'error') return;
    const { id, modelID, parentID } = messageOf(part.messageID).info;
    tell('ToolEnded', part.sessionID, { message: { id, role: 'assistant', modelID, parentID }, part });
  };

  return {
    event: ({ type, properties }) => {
      if (type === 'session.created') takeSession(properties.info, true);
      else if (type === 'session.updated') takeSession(properties.info, false);
      else if (type === 'message.updated') takeMessage(properties.info);
      else if (type === 'message.part.updated') takePart(properties.part);
    },
    prompt: async ({ message, parts }) => {
      const id = message.sessionID;
      const session = sessionOf(id);
      const isChild = Boolean(session.info.parentID);
      const { role, time, agent, model } = message;
      const slim = { id: message.id, role, time, agent, model };
      if (!session.isStarted) {
        session.isStarted = true;
        const start = { message: slim, source: session.isNew ? 'startup' : 'resume', call: calls.get(id) };
        const answer = tell(isChild ? 'SubagentStart' : 'SessionStart', id, start, !isChild);
        session.brief = isChild ? null : within(patienceMs, answer);
      }
      const texts = parts.filter(({ type }) => type === 'text' || type === 'compaction');
      const answer = tell(isChild ? 'SubagentPrompt' : 'UserPromptSubmit', id, { message: slim, parts: texts }, !isChild);
      if (isChild) return;
      const context = await within(patienceMs, answer);
      const last = parts.at(-1);
      if (!context || !last) return;
      // Its id comes after that of the part before it: OpenCode shows them to the model in the order of their ids.
      parts.push({ id: \`\${last.id}z\`, messageID: last.messageID, sessionID: id, type: 'text', synthetic: true, text: context });
    },
    system: async (id, system) => {
      if (/title generator/i.test(system[0] ?? '')) return;
      const session = sessions.get(id);
      if (!session || session.info.parentID) return;
      if (instruction) system.push(instruction);
      const brief = await session.brief;
      if (brief) system.push(brief);
    },
    end: async () => {
      for (const [id, session] of sessions) if (session.isStarted) tell('SessionEnd', id, { reason: 'exit' });
      await within(patienceMs, Promise.all([...running].map((child) => new Promise((done) => child.on('close', done)))));
    },
  };
}

export const Hivemind = async ({ directory }) => {
  const owner = owners.get(directory);
  if ((owner !== undefined && owner !== import.meta.url) || !existsSync(hook)) return {};
  owners.set(directory, import.meta.url);
  const teller = createTeller(directory);
  const quietly = async (act) => {
    try {
      await act();
    } catch {
      // OpenCode goes on, whatever has happened here.
    }
  };
  return {
    event: ({ event }) => quietly(() => teller.event(event)),
    'chat.message': (_input, output) => quietly(() => teller.prompt(output)),
    'experimental.chat.system.transform': ({ sessionID }, { system }) => quietly(() => teller.system(sessionID, system)),
    dispose: () => quietly(() => teller.end()),
  };
};
`;
