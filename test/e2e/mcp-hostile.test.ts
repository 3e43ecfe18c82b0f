import { afterAll, beforeAll, expect, test } from 'vitest';
import { promptOf } from '../world/drafts.ts';
import { type Home, makeHome } from '../world/home.ts';
import { callTool, type McpProcess, openLegacy, startMcp } from '../world/mcp.ts';

let home: Home;
let repo: string;
beforeAll(async () => {
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
  await home.call('event.append', { workspace: 'w', events: promptOf('the lexer chokes on heredocs') });
}, 60_000);
afterAll(() => home.remove());

async function open(): Promise<McpProcess> {
  const mcp = startMcp(home, repo);
  await openLegacy(mcp);
  return mcp;
}

test.each([
  ['plan', { action: 'add' }, 'Next: call plan with {"action":"add","title":"…"}; it also takes'],
  ['plan', { action: 'fly' }, 'action: plan has no "fly"'],
  ['plan', { action: '__proto__' }, 'action: plan has no "__proto__"'],
  ['plan', { action: 'constructor' }, 'action: plan has no "constructor"'],
  ['plan', { action: ['add'] }, 'action: plan has no'],
  ['plan', { action: 'show', title: 'x' }, 'title: plan show does not take it (it is for add, set)'],
  ['plan', { action: 'set', item: 'nothing of that name', state: 'done' }, 'Next: call plan'],
  [
    'plan',
    JSON.parse('{"action":"add","title":"x","__proto__":{"state":"done"},"paths":{"length":2}}'),
    'paths: ',
  ],
  ['recall', {}, 'give a query, or why'],
  ['recall', { action: 'attempts', query: 'x'.repeat(5_000) }, 'query: Too big'],
  ['recall', { query: 'x'.repeat(3_000_000) }, 'query: Too big'],
  ['recall', { query: 'x', limit: 'many' }, 'limit: '],
  ['show', {}, 'Next: call show with {"id":"evt_…"}'],
  ['show', { id: 'itm_ffffffff' }, 'Next: call plan'],
  ['show', { id: 'decision:nothing' }, 'Next: call status with {"action":"memory"}'],
  ['show', { id: `evt_${'0'.repeat(32)}` }, '[NOT_FOUND]'],
  ['merge', { action: 'run', name: 'nowhere' }, 'Next: call branch'],
])('%s %o is refused in words to act on', async (name, input, said) => {
  const mcp = await open();
  const { text, isError } = await callTool(mcp, name, input);
  expect(text).toContain(said);
  expect(text).toMatch(/^Hivemind could not answer: .+ \[[A-Z_]+\]/s);
  expect(isError).toBe(true);
  expect(text.length).toBeLessThan(2_500);
  mcp.end();
});

test('messages that are too long or too deep are answered, and the server goes on', async () => {
  const mcp = await open();
  const long = await mcp.ask('tools/call', { name: 'recall', arguments: { query: 'x'.repeat(10_000_000) } });
  expect(long.error).toMatchObject({ code: -32602, message: expect.stringContaining('INVALID_ARGUMENT') });
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const call = `{"name":"merge","arguments":{"action":"run","name":"nowhere","resolutions":{"x":{"value":${deep}}}}}`;
  mcp.write(`{"jsonrpc":"2.0","id":4000,"method":"tools/call","params":${call}}\n`);
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, nth) => [`field${nth}`, nth]));
  expect((await callTool(mcp, 'recall', { query: 'heredocs', ...many })).isError).toBe(false);
  expect((await callTool(mcp, 'recall', { query: 'heredocs' })).text).toContain('heredocs');
  expect(mcp.answers).toContain(4000);
  expect(mcp.strangers).toEqual([]);
  mcp.end();
  expect((await mcp.ended).code).toBe(0);
}, 60_000);
