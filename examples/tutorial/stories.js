/**
 * What three agents do in the repository `parser`, step by step. Each step is really done: files are edited, commands
 * are run, and whether they pass is what comes of it.
 */

const crlfTest = `
test('reads rows that end as on Windows', () => {
  assert.deepEqual(parse('name,city\\r\\nAda,London\\r\\n'), [['name', 'city'], ['Ada', 'London']]);
});
`;

const stripped = "  text = text.replaceAll('\\r', '');\n";
const skipped = "    } else if (char === '\\r' && text[at + 1] === '\\n') {\n      continue;\n";

const stream = `import { parse } from './parser.js';

/** Rows of a text that comes in pieces, as a file is read: only the row that is not whole yet is held in memory. */
export function* parsePieces(pieces) {
  let rest = '';
  for (const piece of pieces) {
    rest += piece.replaceAll('\\r\\n', '\\n');
    const end = lastRowEnd(rest);
    yield* parse(rest.slice(0, end));
    rest = rest.slice(end);
  }
  yield* parse(rest);
}

/** Behind the last line end that is not in quotes. */
function lastRowEnd(text) {
  let end = 0;
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') inQuotes = !inQuotes;
    else if (text[at] === '\\n' && !inQuotes) end = at + 1;
  }
  return end;
}
`;

const streamTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePieces } from '../src/stream.js';

test('reads a text in pieces', () => {
  const rows = [...parsePieces(['name,ci', 'ty\\nAda,"Lon', 'don\\n"\\n'])];
  assert.deepEqual(rows, [['name', 'city'], ['Ada', 'London\\n']]);
});
`;

/** Story by the name of the agent that it is about. */
export const stories = {
  codex: {
    model: 'gpt-5.5',
    steps: [
      { prompt: 'Files from Windows come out with \\r in the last column. Make the parser read them.' },
      { takePlanItem: 'Read files from Windows' },
      { reply: 'First a test that shows it.' },
      { edit: 'test/parser.test.js', append: crlfTest },
      { run: 'npm test' },
      { reply: 'It is the \\r before each line end. I take all of them out before parsing.' },
      { edit: 'src/parser.js', find: '  const rows = [];\n', replace: `${stripped}  const rows = [];\n` },
      { run: 'npm test' },
      { reply: 'Now a quoted field loses its line end: what is in quotes must stay as it is. I take that back.' },
      { edit: 'src/parser.js', find: stripped, replace: '' },
      {
        attempt: 'take every \\r out of the text before parsing',
        reason: 'a quoted field may hold one: "keeps what is in quotes as it is" fails',
      },
      {
        handOff: 'claude-code',
        task: 'Read files from Windows',
        status: 'the test is written and fails',
        next: 'pass over \\r before \\n, but only outside of quotes',
      },
    ],
  },
  'claude-code': {
    model: 'claude-opus-5-5',
    steps: [
      { prompt: 'Finish the work that Codex has handed over.' },
      { acceptHandoff: true },
      { run: 'npm test' },
      {
        edit: 'src/parser.js',
        find: "    } else if (char === '\\n') {\n",
        replace: `${skipped}    } else if (char === '\\n') {\n`,
      },
      { run: 'npm test' },
      {
        decision: 'line ends',
        chosen: 'the parser takes \\r\\n and \\n as line ends, outside of quotes only',
        reason: 'what is in quotes is data; callers need not prepare the text',
        paths: ['src/parser.js'],
      },
      { commit: 'Read rows that end as on Windows' },
      { finishPlanItem: 'Read files from Windows' },
      { reply: 'Done: rows may end as on Windows, and quoted fields keep their line ends.' },
    ],
  },
  'gemini-cli': {
    model: 'gemini-3-pro',
    steps: [
      { prompt: 'Read files of any size, without holding them in memory.' },
      { takePlanItem: 'Read files of any size' },
      { edit: 'src/stream.js', create: stream },
      { edit: 'test/stream.test.js', create: streamTest },
      { run: 'npm test' },
      {
        decision: 'line ends',
        chosen: 'whoever reads the file turns \\r\\n into \\n; the parser sees \\n only',
        reason: 'a piece may end between \\r and \\n',
        paths: ['src/stream.js'],
      },
      { planItem: 'Measure with a file of 1 GB', note: 'memory must stay below 50 MB' },
      { commit: 'Read a text in pieces' },
      { finishPlanItem: 'Read files of any size' },
      { reply: 'parsePieces reads a text in pieces. It is on a branch, for you to look at.' },
    ],
  },
};
