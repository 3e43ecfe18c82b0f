import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../schema/app-error.ts';
import type { HookTarget, SettingsFile } from '../agent.ts';
import { asFields, type Fields } from '../fields.ts';
import { openSettings, refusal, type SettingsText } from '../settings-json.ts';
import { agentName } from './scene.ts';

/** Hooks that are installed; payload.ts says what each of them tells and which are left out. */
const hookEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionDenied',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'PostCompact',
  'SessionEnd',
] as const;

/** Claude kills hooks at the end of a session after about 1.5 s unless they name a time-out. In seconds. */
const hookTimeoutSeconds = 10;

const serverName = 'hivemind';

/** Events to whose hooks Claude listens for context. */
const contextEvents = new Set(['SessionStart', 'UserPromptSubmit', 'PreToolUse']);

/** What the hook prints so that Claude reads `context`; other events take none, and say nothing. */
export function hookReply(event: string, context: string): string {
  if (context === '' || !contextEvents.has(event)) return '';
  return JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: context } });
}

/** The files of Claude Code that connect edits: one with the hooks, one with the MCP server. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const isProject = target.scope === 'project';
  const configDir = target.configDir.replace(/\/+$/, '');
  // Claude keeps .claude.json beside ~/.claude, but inside a configuration directory that was moved.
  const serverDir =
    configDir === `${target.userHome.replace(/\/+$/, '')}/.claude` ? target.userHome : configDir;
  const hooksPath = isProject ? `${target.projectDir}/.claude/settings.json` : `${configDir}/settings.json`;
  const serverPath = isProject
    ? `${target.projectDir}/.mcp.json`
    : `${serverDir.replace(/\/+$/, '')}/.claude.json`;
  const commandFor = isProject ? projectCommand : (event: string) => userCommand(target, event);
  return [hooksFile(hooksPath, commandFor), serverFile(serverPath, serverEntry(target))];
}

/** Written so that a machine where Hivemind is gone, or was never, is not hurt by the hook. */
const guarded = (path: string, environment: string, event: string): string =>
  `[ ! -x ${path} ] || ${environment}${path} ${agentName} ${event}`;

/** The project's settings are committed: nothing of this machine may stand in them. */
const projectCommand = (event: string): string =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
  guarded('"${HIVEMIND_HOME:-$HOME/.hivemind}/bin/hook.sh"', '', event);

function userCommand({ hookPath, env }: HookTarget, event: string): string {
  const environment = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new AppError('INVALID_ARGUMENT', `not a name of a variable: ${name}`);
    return `${name}='${value.replaceAll("'", `'\\''`)}' `;
  });
  return guarded(`"${hookPath.replace(/[\\"$`]/g, '\\$&')}"`, environment.join(''), event);
}

/** No workspace is named: the checkout in which Claude runs decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  const mcp = ['mcp'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude expands variables in .mcp.json, though not in its own file.
  if (scope === 'project') return { type: 'stdio', command: '${HOME}/.hivemind/bin/hivemind', args: mcp };
  const environment = Object.keys(env).length === 0 ? {} : { env };
  return { type: 'stdio', command: command.command, args: [...command.args, ...mcp], ...environment };
}

/** Ours by its end, wherever the program stood when it was written. */
const isOurs = (hook: unknown, event: string): boolean => {
  const command = asFields(hook)?.command;
  return typeof command === 'string' && command.endsWith(`hook.sh" ${agentName} ${event}`);
};

interface Place {
  event: string;
  group: number;
  hook: number;
}

/** Where our hooks stand, last first, so that taking one out does not move the next. */
function findHooks(path: string, settings: SettingsText): Place[] {
  const hooks = settings.get(['hooks']);
  if (hooks === undefined) return [];
  const byEvent = asFields(hooks);
  if (byEvent === null) throw refusal(path, 'has "hooks" that are not an object');
  const places: Place[] = [];
  for (const [event, groups] of Object.entries(byEvent)) {
    if (!Array.isArray(groups)) {
      if (hookEvents.some((name) => name === event))
        throw refusal(path, `has "hooks.${event}" that is not a list`);
      continue;
    }
    for (const [group, entry] of groups.entries()) {
      const list = asFields(entry)?.hooks;
      if (!Array.isArray(list)) continue;
      for (const [hook, value] of list.entries())
        if (isOurs(value, event)) places.push({ event, group, hook });
    }
  }
  return places.reverse();
}

function hooksOrNone(path: string, settings: SettingsText): Place[] {
  try {
    return findHooks(path, settings);
  } catch {
    return [];
  }
}

function removeHook(settings: SettingsText, { event, group, hook }: Place): void {
  settings.remove(['hooks', event, group, 'hooks', hook]);
  if (!isEmpty(settings.get(['hooks', event, group, 'hooks']))) return;
  settings.remove(['hooks', event, group]);
  if (isEmpty(settings.get(['hooks', event]))) settings.remove(['hooks', event]);
  if (isEmpty(settings.get(['hooks']))) settings.remove(['hooks']);
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length === 0
    : asFields(value) !== null && Object.keys(asFields(value) ?? {}).length === 0;

function hooksFile(path: string, commandFor: (event: string) => string): SettingsFile {
  const wanted = (event: string): Fields => ({
    type: 'command',
    command: commandFor(event),
    timeout: hookTimeoutSeconds,
  });
  return {
    path,
    purpose: 'hooks',
    connect: (text) => {
      const settings = openSettings(path, text);
      const places = findHooks(path, settings);
      const first = new Map(places.map((place) => [place.event, place]));
      for (const place of places) {
        if (first.get(place.event) !== place || !hookEvents.some((event) => event === place.event))
          removeHook(settings, place);
      }
      for (const event of hookEvents) putHook(settings, event, first.get(event), wanted(event));
      return settings.text();
    },
    disconnect: (text) =>
      edited(path, text, (settings) => {
        for (const place of findHooks(path, settings)) removeHook(settings, place);
      }),
    missing: (text) => missingHooks(path, text, commandFor),
  };
}

function missingHooks(path: string, text: string | null, commandFor: (event: string) => string): string[] {
  const settings = openOrNull(path, text);
  if (settings === null) return hookEvents.map((event) => `hook ${event}`);
  const places = hooksOrNone(path, settings);
  const absent = hookEvents.filter((event) => {
    const place = places.find((found) => found.event === event);
    const hook = place && asFields(settings.get(['hooks', event, place.group, 'hooks', place.hook]));
    return hook?.command !== commandFor(event);
  });
  const isOff = settings.get(['disableAllHooks']) === true;
  return [
    ...absent.map((event) => `hook ${event}`),
    ...(isOff ? ['hooks are turned off by disableAllHooks'] : []),
  ];
}

function putHook(settings: SettingsText, event: string, place: Place | undefined, wanted: Fields): void {
  if (place === undefined) {
    const groups = settings.get(['hooks', event]);
    settings.set(['hooks', event, Array.isArray(groups) ? groups.length : 0], { hooks: [wanted] });
    return;
  }
  const at = ['hooks', event, place.group, 'hooks', place.hook];
  const current = asFields(settings.get(at)) ?? {};
  const next = { ...current, ...wanted };
  if (!isDeepStrictEqual(current, next)) settings.set(at, next);
}

function serverFile(path: string, wanted: Fields): SettingsFile {
  const at = ['mcpServers', serverName];
  return {
    path,
    purpose: 'MCP server',
    connect: (text) => {
      const settings = openSettings(path, text);
      const current = serverIn(path, settings);
      if (current !== null && !isOurServer(current)) {
        throw new AppError(
          'FAILED_PRECONDITION',
          `${path} has another MCP server named ${serverName}; it was not touched`,
          {
            hint: `rename it, or: claude mcp remove ${serverName}`,
            details: { path },
          },
        );
      }
      const next = withEnvironment({ ...current, ...wanted }, asFields(current?.env), asFields(wanted.env));
      if (current === null || !isDeepStrictEqual(current, next)) settings.set(at, next);
      return settings.text();
    },
    disconnect: (text) =>
      edited(path, text, (settings) => {
        const current = serverIn(path, settings);
        if (current === null || !isOurServer(current)) return;
        settings.remove(at);
        if (isEmpty(settings.get(['mcpServers']))) settings.remove(['mcpServers']);
      }),
    missing: (text) => {
      const settings = openOrNull(path, text);
      const current = settings === null ? null : asFields(settings.get(at));
      const next = withEnvironment({ ...current, ...wanted }, asFields(current?.env), asFields(wanted.env));
      const isThere = current !== null && isDeepStrictEqual(next, current);
      return isThere ? [] : ['MCP server'];
    },
  };
}

/** What the user added to the environment stays; our own variables are those of now. */
function withEnvironment(
  { env: _, ...entry }: Fields,
  current: Fields | null,
  wanted: Fields | null,
): Fields {
  const foreign = Object.entries(current ?? {}).filter(([name]) => !name.startsWith('HIVEMIND_'));
  const env = { ...Object.fromEntries(foreign), ...wanted };
  return Object.keys(env).length === 0 ? entry : { ...entry, env };
}

function serverIn(path: string, settings: SettingsText): Fields | null {
  const servers = settings.get(['mcpServers']);
  if (servers !== undefined && asFields(servers) === null)
    throw refusal(path, 'has "mcpServers" that are not an object');
  const server = settings.get(['mcpServers', serverName]);
  if (server === undefined) return null;
  const fields = asFields(server);
  if (fields === null) throw refusal(path, `has "mcpServers.${serverName}" that is not an object`);
  return fields;
}

const isOurServer = ({ args }: Fields): boolean =>
  Array.isArray(args) && (args.at(-1) === 'mcp' || (args.at(-3) === 'mcp' && args.at(-2) === '--workspace'));

/** The text after `edit`; null when nothing else is left of the file, the text itself when nothing was ours. */
function edited(path: string, text: string | null, edit: (settings: SettingsText) => void): string | null {
  if (text === null) return null;
  if (text.trim() === '') return text;
  const settings = openSettings(path, text);
  edit(settings);
  if (settings.text() === text) return text;
  return isEmpty(settings.get([])) ? null : settings.text();
}

function openOrNull(path: string, text: string | null): SettingsText | null {
  try {
    return openSettings(path, text);
  } catch {
    return null;
  }
}
