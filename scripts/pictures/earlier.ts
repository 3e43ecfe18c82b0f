/** What agents did in the days before: each story is played as those of examples/tutorial are, at the time it says. */
const writer = `/** Comma separated values of rows. */
export function write(rows) {
  return rows.map((row) => row.join(',') + '\\n').join('');
}
`;

const writerTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../src/parser.js';
import { write } from '../src/writer.js';

test('what is written is read again', () => {
  const rows = [['a, b', 'c'], ['say "d"', 'e']];
  assert.deepEqual(parse(write(rows)), rows);
});
`;

const quoted = `const quoted = (field) => (/[",\\n]/.test(field) ? \`"\${field.replaceAll('"', '""')}"\` : field);

`;

const program = `import { readFileSync } from 'node:fs';
import { parse } from '../src/parser.js';

const [head = [], ...rows] = parse(readFileSync(process.argv[2], 'utf8'));
const objects = rows.map((row) => Object.fromEntries(row.map((field, at) => [head[at], field])));
process.stdout.write(\`\${JSON.stringify(objects, null, 2)}\\n\`);
`;

const speed = `import { parse } from '../src/parser.js';

const text = 'name,city\\n'.repeat(20_000);
const startedAt = performance.now();
parse(text);
console.log(\`\${Math.round(text.length / 1e3 / (performance.now() - startedAt))} MB/s\`);
`;

const hourMs = 3_600_000;

export interface EarlierStory {
  agent: string;
  agoMs: number;
  model: string;
  steps: readonly Record<string, unknown>[];
}

export const earlier: readonly EarlierStory[] = [
  {
    agent: 'codex',
    agoMs: 98 * hourMs,
    model: 'gpt-5.5',
    steps: [
      { prompt: 'Write rows as comma separated values, so that the parser reads them again.' },
      { edit: 'src/writer.js', create: writer },
      { edit: 'test/writer.test.js', create: writerTest },
      { run: 'npm test' },
      { reply: 'A field with a comma has to be quoted.' },
      {
        edit: 'src/writer.js',
        find: '/** Comma',
        replace: `${quoted}/** Comma`,
      },
      { edit: 'src/writer.js', find: "row.join(',')", replace: "row.map(quoted).join(',')" },
      { run: 'npm test' },
      { commit: 'Write rows' },
      { reply: 'Rows are written, and quoted only where they must be.' },
    ],
  },
  {
    agent: 'claude-code',
    agoMs: 74 * hourMs,
    model: 'claude-opus-5-5',
    steps: [
      { prompt: 'A program that turns a file into JSON.' },
      { run: 'ls src test' },
      { run: 'node bin/csv2json.js data/cities.csv' },
      { edit: 'bin/csv2json.js', create: program },
      { edit: 'data/cities.csv', create: 'name,city\nAda,London\nAlan,Wilmslow\n' },
      { run: 'node bin/csv2json.js data/cities.csv' },
      { commit: 'A program: csv2json' },
      { reply: 'node bin/csv2json.js FILE prints the rows as objects.' },
    ],
  },
  {
    agent: 'copilot-cli',
    agoMs: 51 * hourMs,
    model: 'gpt-5.5',
    steps: [
      { prompt: 'Say in the README how the program is used.' },
      { edit: 'README.md', append: '\n    node bin/csv2json.js FILE\n' },
      { run: 'node bin/csv2json.js FILE' },
      { run: 'node bin/csv2json.js data/cities.csv' },
      { commit: 'Say how the program is used' },
      { reply: 'It is in the README.' },
    ],
  },
  {
    agent: 'opencode',
    agoMs: 27 * hourMs,
    model: 'qwen3-coder',
    steps: [
      { prompt: 'How fast is the parser? Measure it.' },
      { edit: 'bench/speed.js', create: speed },
      { run: 'node bench/speed.js' },
      { run: 'node --cpu-prof-interval nonsense bench/speed.js' },
      {
        edit: 'bench/speed.js',
        find: "'name,city\\n'.repeat(20_000)",
        replace: '\'name,"city"\\n\'.repeat(20_000)',
      },
      { run: 'node bench/speed.js' },
      { commit: 'Measure the parser' },
      { reply: 'It is fast enough; quoted fields cost about a third more.' },
    ],
  },
];
