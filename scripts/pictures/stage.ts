import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../test/world/home.ts';
import { placeProgram } from '../../test/world/walkthrough.ts';
import { earlier } from './earlier.ts';
import { pictureHome } from './place.ts';

/** How far the story has come when a picture is taken. */
export type Act = 'codex has failed' | 'all have worked' | 'all is merged';

interface Played {
  session: string;
}
interface Player {
  play(
    agent: string,
    story: { model: string; steps: readonly object[] },
    options: { say: (line: string) => void; clock?: () => number; env?: Record<string, string> },
  ): Promise<Played>;
}

export interface Stage {
  repository: string;
  workspace: string;
  env: Record<string, string>;
  /** Agent → its session. */
  sessions: ReadonlyMap<string, string>;
  play(act: Act): Promise<void>;
  /** Address that lets a browser in once. */
  openWeb(): Promise<string>;
  strike(): Promise<void>;
}

const branch = 'worktree/parser-streaming';

/** Each step takes between half a minute and two. */
function clockFrom(startMs: number): () => number {
  let nowMs = startMs;
  let step = 0;
  return () => {
    step += 1;
    nowMs += 30_000 + ((step * 7919) % 90_000);
    return nowMs;
  };
}

/** A home with the built program, a repository, and the two files from which agents are played. */
export async function setStage(): Promise<Stage> {
  const env: Record<string, string> = {
    HOME: pictureHome,
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const placed = { dir: pictureHome, env };
  placeProgram(placed);
  process.env.PATH = env.PATH;
  writeFileSync(join(pictureHome, '.gitconfig'), '[user]\n\tname = Dana\n\temail = dana@example.com\n');
  const repository = join(pictureHome, 'parser');
  const sessions = new Map<string, string>();
  const say = (line: string): void => console.log(line);
  const shell = async (
    script: string,
    cwd = repository,
    more: Record<string, string> = {},
  ): Promise<string> => {
    const { stdout } = await execa('sh', ['-ec', script], {
      cwd,
      env: { ...env, ...more },
      extendEnv: false,
    });
    return stdout;
  };
  const { play } = (await import(join(packageRoot, 'examples/tutorial/play.js'))) as Player;
  const { stories } = (await import(join(packageRoot, 'examples/tutorial/stories.js'))) as {
    stories: Record<string, Parameters<Player['play']>[1]>;
  };
  const perform = async (agent: string, cwd = repository): Promise<void> => {
    const story = stories[agent];
    if (story === undefined) throw new Error(`there is no story of ${agent}`);
    process.chdir(cwd);
    sessions.set(agent, (await play(agent, story, { say })).session);
  };

  await shell(`cp -R '${join(packageRoot, 'examples/tutorial/parser')}' parser`, pictureHome);
  const begun = new Date(Date.now() - 120 * 3_600_000).toISOString();
  await shell("git init -q -b main; git add --all; git commit -qm 'A parser'", repository, dates(begun));
  await shell(
    'hivemind workspace create parser; hivemind git install; hivemind workspace set brief-tokens 450',
  );
  for (const { agent, agoMs, ...story } of earlier) {
    process.chdir(repository);
    const startMs = Date.now() - agoMs;
    await play(agent, story, {
      say,
      clock: clockFrom(startMs),
      env: dates(new Date(startMs + 600_000).toISOString()),
    });
  }
  for (const agent of ['claude-code', 'codex', 'gemini-cli', 'opencode'])
    await shell(`hivemind connect ${agent}`);
  await shell(beginning);

  const acts: Record<Act, () => Promise<void>> = {
    'codex has failed': () => perform('codex'),
    'all have worked': async () => {
      await perform('claude-code');
      await shell(
        'hivemind workspace set branching worktree; git worktree add -q -b streaming ../parser-streaming',
      );
      await perform('gemini-cli', join(pictureHome, 'parser-streaming'));
      await shell(meanwhile);
    },
    'all is merged': async () => {
      await shell(`hivemind review approve ${branch} --comment 'good; line ends stay as decided on main'`);
      await shell(`hivemind merge ${branch} --strategy ours; git merge -q streaming`);
    },
  };
  return {
    repository,
    workspace: 'parser',
    env,
    sessions,
    play: (act) => acts[act](),
    openWeb: async () => (JSON.parse(await shell('hivemind web --json')) as { url: string }).url,
    strike: async () => {
      await shell('hivemind daemon stop', pictureHome);
    },
  };
}

const dates = (at: string): Record<string, string> => ({ GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at });

/** What Dana says before the agents of the tutorial begin. */
const beginning = `
hivemind plan add 'Read files from Windows' --priority 1
hivemind plan add 'Read files of any size' --depends-on 'Read files from Windows'
hivemind plan add 'Publish version 1' --depends-on 'Read files of any size' --question 'Under which name?'
hivemind plan add 'Write the change log' --parent 'Publish version 1' --priority 3
hivemind remember convention 'tests' 'every bug begins with a test that shows it'
hivemind remember decision 'dependencies' 'none at run time' --why 'it is a parser of forty lines' --alternative 'papaparse: 45 KB for what we need'
hivemind remember fact 'the customers send files of up to 2 GB'
`;

/** What she does while an agent works apart. */
const meanwhile = `
hivemind remember decision 'line ends' 'the parser takes \\r\\n, \\n and a lone \\r' --why 'old Macs wrote \\r'
hivemind plan set 'Read files of any size' --note 'the customers wait for it'
hivemind plan add 'Name the column in errors' --priority 2
`;
