import { type Report, ratio, type Subject, timeCommands } from './lib/measure.ts';
import { makeWorld, program } from './lib/world.ts';

/** What an agent says first to an MCP server; the start is over when it is answered. */
const initialize = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})}\n`;

/** Start of the program: what a person or an agent waits for, beside an empty Node script. */
export async function benchCli(rounds: number): Promise<Report> {
  const world = makeWorld();
  try {
    const node = process.execPath;
    const base = { env: world.env, cwd: world.repository };
    const hivemind = (name: string, ...args: string[]): Subject => ({
      name,
      command: node,
      args: [program, ...args],
      ...base,
    });
    const payload = JSON.stringify({ session_id: 'bench', cwd: world.repository, hook_event_name: 'Stop' });
    const rows = await timeCommands(
      [
        { name: 'empty_node', command: node, args: [world.emptyScript], ...base },
        hivemind('version', '--version'),
        hivemind('help', '--help'),
        hivemind('status', 'status'),
        hivemind('status_json', 'status', '--json'),
        hivemind('recall', 'recall', 'why did the parser test fail'),
        { ...hivemind('mcp', 'mcp'), input: initialize, untilOutput: true },
        { ...hivemind('hook', 'hook', 'claude-code', 'Stop'), input: payload },
      ],
      rounds,
    );
    const oclif = ['version', 'help', 'status', 'status_json', 'recall'].map((name) =>
      ratio(rows, name, 'empty_node', 4),
    );
    const direct = ['mcp', 'hook'].map((name) => ratio(rows, name, 'empty_node', 1.5));
    return { bench: 'cli', rows, ratios: [...oclif, ...direct] };
  } finally {
    world.remove();
  }
}
