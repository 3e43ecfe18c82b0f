import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeHome, packageRoot } from '../world/home.ts';

let home: Home;
let cwd: string;
const hostile = '$(touch pwned) `touch pwned`';
const daemonless = makeHome();

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  await home.json(['branch', 'create', 'run-42/planner'], cwd);
  await home.json(['branch', 'create', hostile], cwd);
  await home.json(['plan', 'add', 'Set up Redis'], cwd);
  writeFileSync(join(cwd, 'notes.html'), '');
  for (const world of [home, daemonless]) {
    mkdirSync(join(world.dir, 'bin'));
    symlinkSync(join(packageRoot, 'bin', 'run.js'), join(world.dir, 'bin', 'hivemind'));
  }
}, 120_000);
afterAll(async () => {
  await home.remove();
  await daemonless.remove();
});

const shell = async (program: string, args: string[], world = home, directory = cwd): Promise<string> => {
  const { stdout } = await execa(program, args, {
    cwd: directory,
    env: { ...world.env, PATH: `${join(world.dir, 'bin')}:${world.env.PATH}`, TERM: 'dumb' },
    extendEnv: false,
    timeout: 60_000,
  });
  return stdout;
};

/** What real bash is offered for each line: it calls the function as it does on a key. */
async function inBash(lines: string[], world = home, directory = cwd): Promise<string[][]> {
  const script = `eval "$(hivemind completion bash)"
    for line; do
      COMP_LINE=$line; COMP_POINT=\${#line}; read -ra COMP_WORDS <<< "$line"
      case $line in *' ') COMP_WORDS+=('') ;; esac
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _hivemind hivemind; printf '%s\n' "\${COMPREPLY[@]}" '--next--'
    done`;
  const offered = await shell('bash', ['--norc', '-c', script, 'bash', ...lines], world, directory);
  return offered.split('--next--').map((part) => part.split('\n').filter((value) => value !== ''));
}

test('bash completes commands, flags, values of the schema and names of the workspace', async () => {
  const [command, flags, states, branch, joined, workspace, items] = await inBash([
    'hivemind branch sh',
    'hivemind stats --',
    'hivemind plan set x --state ',
    'hivemind stats --branch run',
    'hivemind stats --branch = run',
    'hivemind workspace show de',
    'hivemind plan set ',
  ]);
  expect(command).toEqual(['show']);
  expect(flags).toEqual(expect.arrayContaining(['--since', '--until', '--branch', '--json', '--help']));
  expect(states).toContain('blocked');
  expect([branch, joined]).toEqual([['run-42/planner'], ['run-42/planner']]);
  expect(workspace).toEqual(['demo']);
  expect(items).toEqual([expect.stringMatching(/^[0-9a-f]{6}$/)]);
}, 60_000);

test('a name is never run by the shell', async () => {
  const [offered] = await inBash(['hivemind branch show ', 'hivemind branch show $(touch']);
  expect(offered).toContain('\\$\\(touch\\ pwned\\)\\ \\`touch\\ pwned\\`');
  expect(existsSync(join(cwd, 'pwned'))).toBe(false);
}, 60_000);

test('without a daemon there is nothing to offer, and none is started', async () => {
  const lines = ['hivemind branch show ', 'hivemind branch sh'];
  const [names, commands] = await inBash(lines, daemonless, daemonless.dir);
  expect([names, commands]).toEqual([[], ['show']]);
  expect(existsSync(join(daemonless.dir, '.hivemind'))).toBe(false);
}, 60_000);

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

test('fish completes the same', async (context) => {
  if (!has('fish')) context.skip('fish is not installed');
  const offered = (line: string): Promise<string> =>
    shell('fish', ['--no-config', '-c', 'hivemind completion fish | source; complete -C "$argv[1]"', line]);
  expect(await offered('hivemind branch sh')).toMatch(/^show\tShow a branch/);
  expect(await offered('hivemind branch show run')).toContain('run-42/planner');
  expect(await offered('hivemind stats --branch=run')).toMatch(/^--branch=run-42\/planner\b/);
  expect(await offered('hivemind plan set x --state=blo')).toBe('--state=blocked');
  expect(await offered('hivemind replay --html=note')).toBe('--html=notes.html');
  expect(await offered('hivemind replay --html note')).toBe('notes.html');
  expect(existsSync(join(cwd, 'pwned'))).toBe(false);
}, 60_000);

test('zsh completes the same, by its own completion system', async (context) => {
  if (!has('zsh')) context.skip('zsh is not installed');
  // Behind the tab a key of ours prints what stands in the line now, and empties it.
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1='ready>' ; autoload -U compinit; compinit -u -D; source <(hivemind completion zsh)"
    zpty -w shell 'made() { zle -I; print -r -- "<$BUFFER>"; BUFFER= }; zle -N made; bindkey "^G" made; echo lo""aded'
    zpty -r shell first '*loaded*'
    for typed; do
      zpty -w -n shell "$typed"$'\\t\\a'
      zpty -r shell shown '*<*>*'
      print -r -- "$shown"
    done
    zpty -d shell`;
  const completed = {
    'hivemind branch sho': 'hivemind branch show ',
    'hivemind branch show run': 'hivemind branch show run-42/planner ',
    'hivemind stats --branch=run': 'hivemind stats --branch=run-42/planner ',
    'hivemind plan set x --state=blo': 'hivemind plan set x --state=blocked ',
    'hivemind replay --html=note': 'hivemind replay --html=notes.html ',
    'hivemind replay --html note': 'hivemind replay --html notes.html ',
  };
  const shown = await shell('zsh', ['-f', '-c', script, 'zsh', ...Object.keys(completed)]);
  expect([...shown.matchAll(/<(.*?)>/g)].map(([, line]) => line)).toEqual(Object.values(completed));
}, 60_000);

test('a shell that is not known is refused', async () => {
  const { exitCode, stderr } = await home.hivemind(['completion', 'tcsh'], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/bash, zsh, fish/);
});
