import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/schema/event.ts';
import { eventually, type Home } from './home.ts';

/** A repository that is captured: payloads of hooks for it, and what has become of them. */
export interface Captured {
  repo: string;
  payload(more: object, at?: string): string;
  bash(command: string, stdout?: string): string;
  /** Payloads that wait in the spool. */
  spool(): string[];
  /** Resolves when the daemon has taken all of them in. */
  drained(): Promise<void>;
  /** What was captured, in order. */
  events(): Promise<Event[]>;
  /** Inputs of the tool calls among it, as JSON. */
  inputs(): Promise<string[]>;
  configure(name: string, config: object, at?: string): void;
}

/** Makes a repository with a workspace of the name w. */
export async function makeCaptured(home: Home): Promise<Captured> {
  const repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
  let calls = 0;
  const payload = (more: object, at = repo): string => {
    calls += 1;
    const about = { session_id: 'native-1', cwd: at, transcript_path: '/x', prompt_id: 'prompt-1' };
    return JSON.stringify({ ...about, tool_use_id: `toolu_${calls}`, ...more });
  };
  const spool = (): string[] =>
    readdirSync(join(home.dir, '.hivemind', 'spool')).filter((name) => /\.(hook|part|branch)$/.test(name));
  const drained = async (): Promise<void> => {
    // Asked twice: a payload is renamed on its way.
    await eventually(async () => spool().length === 0 && spool().length === 0, 'an empty spool');
  };
  const events = async (): Promise<Event[]> => {
    await drained();
    const { stdout } = await home.hivemind(['export'], { cwd: repo });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Event).filter(({ agent }) => agent === 'claude-code');
  };
  return {
    repo,
    payload,
    bash: (command, stdout = 'the zeppelin') =>
      payload({ tool_name: 'Bash', tool_input: { command }, tool_response: { stdout, stderr: '' } }),
    spool,
    drained,
    events,
    inputs: async () =>
      (await events())
        .filter(({ type }) => type === 'tool.called')
        .map(({ body }) => JSON.stringify(body.input)),
    configure: (name, config, at = repo) => writeFileSync(join(at, name), JSON.stringify(config)),
  };
}
