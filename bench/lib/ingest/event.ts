import { createHash } from 'node:crypto';

/** Lines as tools print them; names such as `token` stand in real traces too, and redaction has to look at them. */
const lines = [
  'src/parser/scan.ts:214:9 - error TS2345: Argument of type "string | null" is not assignable',
  ' ✓ test/unit/parser.test.ts (23 tests) 412ms',
  'export async function readToken(source: Source, at: number): Promise<Token> {',
  'npm warn deprecated glob@7.2.3: versions prior to v9 are no longer supported',
  "const next = tokens[index + 1] ?? { kind: 'end', start: text.length };",
  'The parser drops the last newline when the file ends inside a comment.',
  'modified:   src/core/recall/relevance.ts',
  'FAIL test/e2e/daemon.test.ts > one daemon serves all who ask for it at once',
  '  at Object.resolveImport (/srv/app/node_modules/rollup/dist/shared.js:18327:24)',
  'git commit -m "fix: keep the trailing newline of a file that ends in a comment"',
  '2026-03-14T09:26:53.589Z INFO worker 7 finished job 48213 in 1.82 s',
  'expected [ 1, 2, 3 ] to deeply equal [ 1, 2, 4 ]',
];

const eventBytes = 1024;
const run = Date.now().toString(36);
const session = `ses_${createHash('sha256').update(run).digest('hex').slice(0, 32)}`;
let serial = 0;

/** An id that no other event of any run of this benchmark has. */
export const nextId = (): string => {
  serial += 1;
  return `${run}-${serial}`;
};

const fill = (id: number, bytes: number): string => {
  let text = '';
  for (let at = id; text.length < bytes; at += 7) text += `${lines[at % lines.length]} ${at}\n`;
  return text.slice(0, bytes);
};

/** The JSON of a tool call as an agent reports it, 1 KB with all that belongs to it; every one is different. */
export function nextEvent(): { id: string; json: string } {
  const id = nextId();
  const draft = {
    type: 'tool.called',
    agent: 'bench',
    session,
    identity: { nativeId: id, phase: 'done' },
    actor: { kind: 'agent', name: 'bench' },
    at: Date.now(),
    status: serial % 20 === 0 ? 'failed' : 'ok',
    paths: [`src/parser/file-${serial % 50}.ts`],
    text: `Bash npm test\n${fill(serial, 240)}`,
    body: { tool: 'Bash', callId: `toolu_${id}`, input: { command: 'npm test -- parser' }, output: '' },
  };
  draft.body.output = fill(serial * 3, eventBytes - JSON.stringify(draft).length);
  return { id, json: JSON.stringify(draft) };
}
