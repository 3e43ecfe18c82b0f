import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idPattern } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { searchDisk } from './disk-search.ts';
import { eventually, type Home } from './home.ts';
import { post } from './upload.ts';

/** Words that stand nowhere but where they were put, by where that was. */
export const marks = {
  prompt: 'zqprompt7301kestrel',
  command: 'zqcommand7302plover',
  output: 'zqoutput7303bittern',
  file: 'zqfile7304heron',
  edit: 'zqedit7305egret',
  reply: 'zqreply7306curlew',
  child: 'zqchild7307godwit',
  subject: 'zqsubject7308avocet',
  choice: 'zqchoice7309dunlin',
  plan: 'zqplan7310knot',
} as const;

/** The same words in all the ways in which we may have written them. */
export const needles = Object.entries(marks).flatMap(([name, word]) => [
  { name, secret: word },
  { name: `${name} in capitals`, secret: word.toUpperCase() },
]);

const calls = (session: string, cwd: string) => {
  let count = 0;
  return (more: object): string => {
    count += 1;
    return JSON.stringify({
      session_id: session,
      cwd,
      transcript_path: '/x',
      prompt_id: `prompt-${session}`,
      tool_use_id: `toolu_${session}_${count}`,
      ...more,
    });
  };
};

/** What an agent does in one session, with the words wherever there is room for some. */
export async function captureSession(
  home: Home,
  repo: string,
  session: string,
  words: typeof marks | null,
): Promise<void> {
  const say = (name: keyof typeof marks): string =>
    words === null ? `plain ${name} of ${session}` : words[name];
  const about = calls(session, repo);
  const hooks: [string, string][] = [
    ['SessionStart', about({ source: 'startup' })],
    ['UserPromptSubmit', about({ prompt: `please fix ${say('prompt')} in the parser` })],
    [
      'PostToolUse',
      about({
        tool_name: 'Bash',
        tool_input: { command: `make ${say('command')}` },
        tool_response: { stdout: `made ${say('output')}`, stderr: '' },
      }),
    ],
    [
      'PostToolUseFailure',
      about({
        tool_name: 'Bash',
        tool_input: { command: `make ${say('command')} again` },
        error: `Exit code 2\nError: ${say('output')} is not there`,
      }),
    ],
    [
      'PostToolUse',
      about({
        tool_name: 'Write',
        tool_input: { file_path: join(repo, `${say('file')}.ts`), content: `const a = '${say('edit')}';\n` },
        tool_response: {
          type: 'create',
          filePath: join(repo, `${say('file')}.ts`),
          content: `const a = '${say('edit')}';\n`,
        },
      }),
    ],
    [
      'PostToolUse',
      about({
        tool_name: 'Bash',
        tool_input: { command: `make ${say('command')} again` },
        tool_response: { stdout: 'done', stderr: '' },
      }),
    ],
    ['Stop', about({ last_assistant_message: `all of ${say('reply')} works` })],
  ];
  for (const [event, payload] of hooks) {
    const { exitCode, stderr } = await home.hook(event, payload, repo);
    if (exitCode !== 0) throw new Error(`${event}: ${stderr}`);
  }
  await eventually(
    async () => (await home.call('daemon.status', {})).spooled === 0,
    'an empty spool',
    60_000,
  );
}

/** Enough answers for full segments of the journal and closed tables. */
export async function fill(home: Home, from: number, count: number, size: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      type: 'turn.replied',
      agent: 'scripted',
      session: `ses_${'1'.repeat(32)}`,
      identity: { nativeId: `f${from + index}`, phase: 'x' },
      actor: { kind: 'agent', name: 'scripted' },
      text: `${from + index} the quick brown fox jumps over the lazy dog; `.repeat(size),
    }),
  );
  const { status } = await post(home.socket, '/v1/events?workspace=w', `${lines.join('\n')}\n`);
  if (status !== 200) throw new Error(`the upload ended with ${status}`);
}

export const dataOf = (home: Home): string => join(home.dir, '.hivemind');

/** The folder of the only workspace. */
export function workspaceFolder(home: Home): string {
  const data = join(dataOf(home), 'data');
  const name = readdirSync(data).find((one) => idPattern('workspace').test(one));
  if (name === undefined) throw new Error('there is no workspace');
  return join(data, name);
}

/** Where any of the words stand below the home, back-ups elsewhere left aside. */
export const findMarks = async (home: Home): Promise<string[]> =>
  (await searchDisk(dataOf(home), needles)).found;

/** The same JSON whatever the order of its fields: rows of tables and of the journal differ in that. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}

/** Everything that is stored, one event per line. */
export async function exported(home: Home): Promise<Map<string, string>> {
  const { stdout, exitCode, stderr } = await home.hivemind(['export', '-w', 'w']);
  if (exitCode !== 0) throw new Error(stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line): [string, string] => [JSON.parse(line).id, JSON.stringify(canonical(JSON.parse(line)))]),
  );
}

export type Verified = OutputOf<'store.verify'>;

/** A torn tail in the journal, whose copy is kept as evidence when it is opened again. */
export function tearJournal(home: Home, garbage: string): void {
  const folder = join(workspaceFolder(home), 'journal');
  for (const writer of readdirSync(folder)) {
    const [last] = readdirSync(join(folder, writer))
      .filter((name) => name.endsWith('.wal'))
      .sort()
      .reverse();
    if (last === undefined || !existsSync(join(folder, writer, last))) continue;
    const path = join(folder, writer, last);
    const bytes = readFileSync(path);
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    const torn = Buffer.from(garbage);
    writeFileSync(
      path,
      Buffer.concat([
        bytes.subarray(0, end),
        torn,
        bytes.subarray(Math.min(bytes.length, end + torn.length)),
      ]),
    );
  }
}
