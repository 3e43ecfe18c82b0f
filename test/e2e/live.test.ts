import { get, type IncomingMessage } from 'node:http';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputOf } from '../../src/schema/operation.ts';
import { type Memory, open } from '../../src/sdk/index.ts';
import { prompts } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let before: string | undefined;
beforeAll(() => {
  home = makeHome();
  before = process.env.HIVEMIND_HOME;
  process.env.HIVEMIND_HOME = `${home.dir}/.hivemind`;
  process.env.HOME = home.dir;
});
afterAll(async () => {
  if (before === undefined) delete process.env.HIVEMIND_HOME;
  else process.env.HIVEMIND_HOME = before;
  await home.remove();
});

let number = 0;
const fresh = (): Promise<Memory> => open(`w-${++number}`, { create: true });

/** One message of a stream. */
type Message = Record<'event' | 'data' | 'id', string>;

const messagesIn = (text: string): Message[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .map(
      (message) =>
        Object.fromEntries(
          message
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(': ') + 2)]),
        ) as Message,
    );

/** A stream as curl shows it. */
function listen(query: string, ...more: string[]) {
  const url = `http://d/v1/live?${query}`;
  const curl = execa('curl', ['-sN', '--unix-socket', home.socket, ...more, url], {
    reject: false,
    env: home.env,
  });
  let text = '';
  curl.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const named = (name: string): Message[] => messagesIn(text).filter(({ event }) => event === name);
  return {
    named,
    has: (name: string, count: number) =>
      eventually(
        async () => (named(name).length >= count ? named(name) : null),
        `${count} ${name} in ${text}`,
      ),
    all: () => messagesIn(text),
    stop: async () => {
      curl.kill();
      await curl;
    },
  };
}

const textOf = ({ data }: Message): string => (JSON.parse(data) as { text: string }).text;
const append = (workspace: string, branch: string, events: InputOf<'event.append'>['events']) =>
  home.call('event.append', { workspace, branch, events });

test('curl sees what agents write, as it is seen from the branch, and goes on where it was', async () => {
  const main = await fresh();
  const other = await main.branch('other');
  const stream = listen(`workspace=${main.workspace}&branch=main&form=light`);
  await stream.has('ready', 1);
  await append(main.workspace, 'other', prompts(100, 3));
  await append(main.workspace, 'main', prompts(0, 2));
  const got = await stream.has('turn.prompted', 2);
  expect(got.map(textOf)).toEqual(['question number 0', 'question number 1']);
  expect(JSON.parse(got[0]?.data ?? '')).not.toHaveProperty('body');
  await main.merge(other);
  expect((await stream.has('turn.prompted', 5)).slice(2).map(textOf)).toEqual(
    [100, 101, 102].map((at) => `question number ${at}`),
  );
  await stream.has('merge.committed', 1);
  await stream.stop();

  const middle = got[0]?.id ?? '';
  const again = listen(`workspace=${main.workspace}&kind=turn`, '-H', `Last-Event-ID: ${middle}`);
  await again.has('ready', 1);
  expect(again.named('turn.prompted').map(textOf)).toEqual(
    [100, 101, 102, 1].map((at) => `question number ${at}`),
  );
  await again.stop();
});

test('a web page, a wrong query and an unknown branch are refused before anything is sent', async () => {
  const main = await fresh();
  const ask = async (query: string, ...more: string[]) => {
    const { stdout } = await execa(
      'curl',
      [
        '-s',
        '-m',
        '5',
        '-w',
        '%{http_code}',
        '--unix-socket',
        home.socket,
        ...more,
        `http://d/v1/live?${query}`,
      ],
      { reject: false },
    );
    return stdout;
  };
  const where = `workspace=${main.workspace}`;
  expect(await ask(where, '-H', 'Origin: http://evil')).toMatch(/PERMISSION_DENIED.*403$/s);
  expect(await ask(where, '-H', 'Referer: http://evil/x')).toMatch(/PERMISSION_DENIED.*403$/s);
  expect(await ask(`${where}&kind=${encodeURIComponent("a' OR 1")}`)).toMatch(/INVALID_ARGUMENT.*400$/s);
  expect(await ask(`${where}&colour=red`)).toMatch(/INVALID_ARGUMENT.*400$/s);
  expect(await ask(`${where}&after=nonsense`)).toMatch(/INVALID_ARGUMENT.*400$/s);
  expect(await ask(`${where}&branch=nowhere`)).toMatch(/NOT_FOUND.*404$/s);
});

test('a program is told what two agents write, through a crash of the daemon, once each', async () => {
  const main = await fresh();
  const watcher = await open(main.workspace);
  const events = watcher.subscribe({ kinds: ['memory.noted'] });
  await events.ready;
  const got: string[] = [];
  const reading = (async () => {
    for await (const { text } of events) if (got.push(text) === 60) break;
  })();
  const agents = await Promise.all(['a', 'b'].map((agent) => open(main.workspace, { agent })));
  const write = (from: number) =>
    Promise.all(
      agents.map(async (agent) => {
        for (let at = from; at < from + 15; at += 1) await agent.append({ content: `${agent.agent} ${at}` });
      }),
    );
  await write(0);
  await home.kill();
  await write(15);
  await reading;
  const expected = ['a', 'b'].flatMap((agent) => Array.from({ length: 30 }, (_, at) => `${agent} ${at}`));
  expect([...got].sort()).toEqual(expected.sort());
});

test('a subscription that is closed ends, and one to a branch that is deleted says why', async () => {
  const main = await fresh();
  const branch = await main.branch('gone');
  const [closed, deleted] = [main.subscribe(), main.subscribe({ branch })];
  await Promise.all([closed.ready, deleted.ready]);
  const waiting = closed.next();
  closed.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
  const reading = (async () => {
    for await (const _event of deleted);
  })();
  const failing = expect(reading).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  await main.delete(branch);
  await failing;
});

/** A stream of which nothing is read but when the test does. */
async function openSlow(
  query: string,
): Promise<{ readUntil(name: string): Promise<Message[]>; close(): void }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ socketPath: home.socket, path: `/v1/live?${query}` }, resolve).on('error', reject);
  });
  let text = '';
  return {
    readUntil: (name) =>
      eventually(async () => {
        text += (response.read() as Buffer | null)?.toString() ?? '';
        const all = messagesIn(text);
        return all.some(({ event }) => event === name) ? all : null;
      }, name),
    close: () => void response.destroy(),
  };
}

test('a subscriber that does not read keeps nobody waiting, and is told what it has missed', async () => {
  const main = await fresh();
  const where = `workspace=${main.workspace}&kind=turn`;
  const slow = await openSlow(`${where}&most=100`);
  await slow.readUntil('ready');
  const long = 'word '.repeat(1_000);
  for (let from = 0; from < 3_000; from += 500)
    await append(
      main.workspace,
      'main',
      prompts(from, 500).map((draft) => ({ ...draft, body: { prompt: long } })),
    );
  const told = await slow.readUntil('missed');
  slow.close();
  const { from } = JSON.parse(told.find(({ event }) => event === 'missed')?.data ?? '') as { from: string };
  const early = told.slice(
    0,
    told.findIndex(({ event }) => event === 'missed'),
  );
  const rest = listen(`${where}&form=light&most=100000`, '-H', `Last-Event-ID: ${from}`);
  await rest.has('ready', 1);
  const texts = [
    ...early.filter(({ event }) => event === 'turn.prompted'),
    ...rest.named('turn.prompted'),
  ].map(textOf);
  await rest.stop();
  expect(texts).toEqual(Array.from({ length: 3_000 }, (_, at) => `question number ${at}`));
}, 60_000);
