import { asFields, type Fields, listAt, stringAt, wordAt } from '../fields.ts';
import { filesOfPatch } from './patch.ts';

/** A tool as all agents name it. */
export interface Tool {
  tool: string;
  /** Codex's own name. */
  nativeTool: string;
  input: unknown;
  /** File that it is about, as Codex said it. */
  path: string | null;
  /** The patch that it applies, in Codex's own form. */
  patch: string | null;
}

const shells = new Set(['exec_command', 'shell', 'shell_command', 'local_shell', 'container.exec', 'Bash']);

/** The tool and its input in our words. `namespace`: server of an MCP tool, as newer versions write it. */
export function toolOf(name: string, namespace: string | null, input: unknown): Tool {
  const fields = asFields(input);
  const made = (tool: string, more: unknown = input, path: string | null = null): Tool => ({
    tool,
    nativeTool: name,
    input: more,
    path,
    patch: null,
  });
  if (namespace?.startsWith('mcp__')) return made(`${namespace}__${name.replace(/^_+/, '')}`);
  if (name === 'apply_patch') return patchTool(name, patchIn(input));
  if (shells.has(name)) return shellTool(name, fields);
  switch (name) {
    case 'view_image':
    case 'read_file': {
      const path = wordAt(fields, 'path') ?? wordAt(fields, 'file_path');
      return made('Read', { ...fields, file_path: path ?? '' }, path);
    }
    case 'grep_files':
      return made('Grep');
    case 'web_search':
      return made('WebSearch');
    case 'tool_search':
      return made('ToolSearch');
    case 'spawn_agent':
      return made('Agent', agentInput(fields));
    default:
      return made(name);
  }
}

function agentInput(fields: Fields | null): Fields {
  const { message, agent_type: type, ...others } = fields ?? {};
  return { prompt: message ?? '', ...(typeof type === 'string' ? { subagent_type: type } : {}), ...others };
}

/** The patch in a call of apply_patch, whose input is the patch itself or an object that holds it. */
function patchIn(input: unknown): string {
  if (typeof input === 'string') return input;
  const fields = asFields(input);
  return stringAt(fields, 'input') ?? stringAt(fields, 'patch') ?? stringAt(fields, 'command') ?? '';
}

function patchTool(nativeTool: string, patch: string): Tool {
  const path = filesOfPatch(patch)[0]?.path ?? null;
  return { tool: 'Edit', nativeTool, input: { file_path: path ?? '', patch }, path, patch };
}

function shellTool(nativeTool: string, fields: Fields | null): Tool {
  const command = commandOf(fields?.cmd ?? fields?.command ?? fields?.action);
  const patch = patchInCommand(fields?.command ?? fields?.cmd, command);
  if (patch !== null) return patchTool(nativeTool, patch);
  const workdir = wordAt(fields, 'workdir');
  const description = wordAt(fields, 'justification') ?? wordAt(fields, 'description');
  const input = {
    command,
    ...(workdir === null ? {} : { workdir }),
    ...(description === null ? {} : { description }),
  };
  return { tool: 'Bash', nativeTool, input, path: null, patch: null };
}

/** The command as it was meant: without the shell that runs it. */
export function commandOf(command: unknown): string {
  if (typeof command === 'string') return command;
  const words = Array.isArray(command) ? command : listAt(asFields(command), 'command');
  const parts = (words ?? []).filter((word) => typeof word === 'string');
  const [program, flag, script] = parts;
  const isShell = parts.length === 3 && /^-l?c$/.test(flag ?? '') && /(?:^|\/)\w*sh$/.test(program ?? '');
  return isShell ? (script ?? '') : parts.map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Old versions had the model call apply_patch in the shell. */
function patchInCommand(words: unknown, command: string): string | null {
  if (Array.isArray(words) && words[0] === 'apply_patch' && typeof words[1] === 'string') return words[1];
  if (!/^\s*(?:apply_patch|applypatch)\b/.test(command.slice(0, 200))) return null;
  const start = command.indexOf('*** Begin Patch');
  const end = command.lastIndexOf('*** End Patch');
  return start < 0 || end < start ? null : command.slice(start, end + '*** End Patch'.length);
}
