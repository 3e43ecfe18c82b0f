import type { Operation } from '../../src/schema/operation.ts';
import { operations } from '../../src/schema/operations/index.ts';
import { toolActionsOf } from '../../src/schema/tools/index.ts';
import {
  inputFields,
  inputTable,
  outputFields,
  outputTable,
  shapeLink,
  shapeName,
  shapes,
} from './schema-tables.ts';

const socket = '~/.hivemind/run/daemon.sock';

/** Values for the fields of the curl examples; a required field without one stops the generator. */
const samples: Readonly<Record<string, unknown>> = {
  workspace: 'my-repo',
  provider: 'none',
  name: 'my-repo',
  query: 'why did the parser test fail',
  id: '4b8f7e61',
  kind: 'prompt',
  to: 'run-43/planner',
  title: 'Move sessions to Redis',
  item: '4b8f7e',
  handoff: '4b8f7e',
  text: 'use PostgreSQL',
  comment: 'the retry has no upper bound',
  key: 'branching',
  value: 'worktree',
  agent: 'claude-code',
  before: '90d',
  event: 'PostToolUse',
  payload: '{"session_id":"s1","cwd":"/home/me/my-repo"}',
  cwd: '/home/me/my-repo',
  path: '/home/me/.claude/projects/-home-me-my-repo',
  file: '/home/me/my-repo.hivemind',
  confirm: 'my-repo',
  where: 'src/parser.ts:120',
  subject: 'session store',
  choice: 'PostgreSQL',
  rule: 'tests never mock our own code',
  approach: 'cache sessions in memory',
  command: 'grep -q pg package.json',
  events: [
    {
      type: 'turn.prompted',
      agent: 'my-agent',
      session: 'ses_0123456789abcdef0123456789abcdef',
      identity: { nativeId: 'prompt-1', phase: 'prompted' },
      actor: { kind: 'human', name: 'me' },
      text: 'make the parser test pass',
      body: { prompt: 'make the parser test pass' },
    },
  ],
};

/** Fields that a caller on the socket will want to give although they are optional: nobody stamps them there. */
const wanted = new Set(['workspace', 'cwd', 'confirm']);

/** The input of the example call. Throws when it does not fit the operation, so that no example can be wrong. */
function sampleInput(operation: Operation): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const fields = inputFields(operation.input).filter(({ path }) => !/[.[]/.test(path));
  // Who only reads is content with a workspace; connect, import and git act on the directory.
  const isOfCheckout = operation.writes || operation.name.startsWith('git.');
  const namesWorkspace = !isOfCheckout && fields.some(({ path }) => path === 'workspace');
  for (const { path, required } of fields) {
    const isWanted = wanted.has(path) && !(path === 'cwd' && namesWorkspace);
    if (!required && !isWanted) continue;
    if (!Object.hasOwn(samples, path))
      throw new Error(`${operation.name}: no sample for its required field ${path}`);
    input[path] = samples[path];
  }
  operation.input.parse(input);
  return input;
}

const quoteShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function curl(operation: Operation): string {
  const input = sampleInput(operation);
  const plain = `curl --unix-socket ${socket} http://d/v1/op/${operation.name} -d ${quoteShell(JSON.stringify(input))}`;
  if (operation.raw === undefined) return plain;
  const { [operation.raw.body]: _body, ...rest } = input;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
  return [
    plain,
    '',
    `# or: \`${operation.raw.body}\` as the body, the other fields in the query, \`${operation.raw.reply}\` as the plain answer`,
    `curl --unix-socket ${socket} -H 'content-type: application/octet-stream' -H 'accept: text/plain' \\`,
    `  --data-binary @${operation.raw.body}.json ${quoteShell(`http://d/v1/op/${operation.name}?${query}`)}`,
  ].join('\n');
}

const toolsOf = (name: string): string => {
  const words = toolActionsOf(name).map(({ tool, action }) => `[\`${tool}\`](mcp.md#${tool}) ${action}`);
  return words.length === 0 ? 'no tool' : words.join(', ');
};

function doorsOf({ doors, writes, streams, name }: Operation): string {
  const lines = [
    `- CLI: ${doors.cli === undefined ? 'no command' : `[\`hivemind ${doors.cli}\`](cli.md#hivemind-${doors.cli.replaceAll(' ', '-')})`}`,
    `- MCP: ${toolsOf(name)}`,
    `- Socket: \`POST /v1/op/${name}\``,
    `- ${writes ? 'Writes.' : 'Only reads.'}${streams ? ' Reports progress: with `accept: application/x-ndjson` the answer is one JSON object a line, `{"progress": …}` and at last `{"result": …}`.' : ''}`,
  ];
  return lines.join('\n');
}

function section(operation: Operation): string {
  const { name, summary, description, positional = [], stamped = [], input, output } = operation;
  const shape = shapeName(output);
  const hasDoor = operation.doors.cli !== undefined || toolActionsOf(name).length > 0;
  const notes = [
    ...(positional.length > 0
      ? [`By position on the command line: ${positional.map((field) => `\`${field}\``).join(', ')}.`]
      : []),
    ...(stamped.length > 0 && hasDoor
      ? [
          `Filled in by the door, so neither flag nor tool argument: ${stamped.map((field) => `\`${field}\``).join(', ')}.`,
        ]
      : []),
  ].join(' ');
  return [
    `## ${name}`,
    summary,
    ...(description === undefined ? [] : [description]),
    doorsOf(operation),
    `\`\`\`sh\n${curl(operation)}\n\`\`\``,
    '**Input**',
    inputTable(inputFields(input)),
    ...(notes === '' ? [] : [notes]),
    '**Output**',
    shape === undefined ? outputTable(outputFields(output)) : shapeLink(shape),
  ].join('\n\n');
}

const intro = `# Operations

Everything that Hivemind does is one of these operations. The daemon serves each of them on its Unix socket; commands and MCP tools are the same operations behind another door.

A request is \`POST /v1/op/<operation>\` with the input as a JSON object. The answer is \`{"result": <output>}\`, or \`{"error": {code, message, hint?, details?}}\` with the HTTP status of [its code](errors.md). With HIVEMIND_HOME set, the socket is \`$HIVEMIND_HOME/run/daemon.sock\`; where that path is too long for a socket, the file \`run/socket-path\` says where it is.`;

/** docs/reference/operations.md. */
export function operationsPage(): string {
  const all = Object.values(operations as Record<string, Operation>);
  const list = all
    .map(({ name, summary }) => `- [${name}](#${name.replaceAll('.', '')}): ${summary}`)
    .join('\n');
  return [intro, list, ...all.map(section)].join('\n\n');
}

const shapesIntro = `# Shapes

Objects that several operations take or give.`;

/** docs/reference/shapes.md. */
export function shapesPage(): string {
  const sections = Object.entries(shapes).map(
    ([name, shape]) =>
      `## ${name}\n\n${name === 'Draft' ? inputTable(inputFields(shape)) : outputTable(outputFields(shape))}`,
  );
  return [shapesIntro, ...sections].join('\n\n');
}
