import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Event } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import { eventually, type Home, type Outcome } from './home.ts';

/** A repository in which people and agents work, with the real git. */
export interface Checkout {
  path: string;
  /** Runs git here; fails the test when it fails. */
  git(args: string[], env?: Record<string, string>, input?: string): Promise<string>;
  /** The same, whatever comes of it. */
  tryGit(args: string[], env?: Record<string, string>, input?: string): Promise<Outcome>;
  /** A session of Claude Code asks for something and appends lines to a file, as its hooks report it. */
  work(session: string, file: string, lines: string[], prompt?: string): Promise<void>;
  /** Writes all that has changed into a commit; its hash. */
  commit(message: string, env?: Record<string, string>): Promise<string>;
  head(): Promise<string>;
}

let serial = 0;

export function checkoutAt(home: Home, path: string): Checkout {
  const tryGit: Checkout['tryGit'] = async (args, env = {}, input = '') => {
    const done = await execa('git', args, {
      cwd: path,
      env: { ...home.env, ...env },
      extendEnv: false,
      reject: false,
      input,
    });
    return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
  };
  const git: Checkout['git'] = async (args, env, input) => {
    const done = await tryGit(args, env, input);
    if (done.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}${done.stdout}`);
    return done.stdout;
  };
  const head = async (): Promise<string> => git(['rev-parse', 'HEAD']);
  const hook = (event: string, session: string, fields: object): Promise<Outcome> =>
    home.hook(
      event,
      JSON.stringify({ session_id: session, cwd: path, hook_event_name: event, ...fields }),
      path,
    );
  return {
    path,
    git,
    tryGit,
    head,
    commit: async (message, env) => {
      await git(['add', '-A'], env);
      await git(['commit', '-q', '-m', message], env);
      return head();
    },
    work: async (session, file, lines, prompt) => {
      serial += 1;
      if (prompt !== undefined)
        await hook('UserPromptSubmit', session, { prompt_id: `prompt-${serial}`, prompt });
      const text = lines.map((line) => `${line}\n`).join('');
      appendFileSync(join(path, file), text);
      const at = { oldStart: 1, oldLines: 0, newStart: 1, newLines: lines.length };
      const patch = [{ ...at, lines: lines.map((line) => `+${line}`) }];
      await hook('PostToolUse', session, {
        tool_name: 'Edit',
        tool_use_id: `toolu_git_${serial}`,
        tool_input: { file_path: join(path, file), old_string: '', new_string: text },
        tool_response: { filePath: join(path, file), originalFile: 'x', structuredPatch: patch },
      });
      await eventually(
        async () =>
          (await eventsOf(home, path, 'file.edited')).some(
            ({ body }) => body.callId === `toolu_git_${serial}`,
          ),
        `the edit of ${file}`,
      );
    },
  };
}

/** Our id of a session of Claude Code. */
export const sessionOf = (native: string): string => sessionId('claude-code', native);

/** All events of a type in the workspace of `cwd`; a daemon has to run. */
export async function eventsOf(home: Home, cwd: string, type: string): Promise<Event[]> {
  const found: Event[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await home.call('event.export', { cwd, ...(after === undefined ? {} : { after }) });
    found.push(...page.events.filter((event) => event.type === type));
    if (page.next === null) return found;
    after = page.next;
  }
}

/** The event of a type about a commit, once it is there. */
export const eventOf = (home: Home, cwd: string, type: string, sha: string): Promise<Event> =>
  eventually(
    async () => (await eventsOf(home, cwd, type)).find(({ body }) => body.sha === sha),
    `${type} of ${sha.slice(0, 10)}`,
  );

/** Sessions that an event names, with how it knows them. */
export const linksIn = ({ body }: Event): [string, string][] =>
  (body.sessions as { session: string; by: string }[])
    .map(({ session, by }): [string, string] => [session, by])
    .sort();

/** An executable script. */
export function script(path: string, lines: string[], shebang = '#!/bin/sh'): void {
  writeFileSync(path, [shebang, ...lines, ''].join('\n'), { mode: 0o755 });
}
