import { countAt, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { toJson } from '../tool-text.ts';
import { type Format, openLog } from './log.ts';

/** Windsurf: lines `{status, type, [type]: {…}}` without ids or times. */
export const windsurf: Format = ({ name, lines }) => {
  const isOne = lines.length > 0 && lines.every((line) => typeof line.status === 'string' && 'type' in line);
  if (!isOne || !lines.some(({ type }) => type === 'user_input' || type === 'planner_response')) return null;
  const { log, add, skip } = openLog('windsurf', name, null);
  add('start', { text: 'import' });
  for (const line of lines) {
    const type = stringAt(line, 'type') ?? 'nothing';
    const about = fieldsAt(line, type);
    const path = wordAt(about, 'path')?.replace(/^file:\/\//, '') ?? null;
    const status = line.status === 'error' ? 'failed' : 'ok';
    switch (type) {
      case 'user_input':
        add('prompt', { text: stringAt(about, 'user_response') ?? '' });
        break;
      case 'planner_response':
        add('reply', { text: stringAt(about, 'response') ?? '' });
        break;
      case 'view_file':
        add('tool', { tool: 'Read', input: { file_path: path }, path, status });
        break;
      case 'code_action':
        add('edit', { tool: 'Write', path, status, output: stringAt(about, 'new_content') });
        break;
      case 'run_command': {
        const exitCode = countAt(about, 'exit_code');
        const [command, output] = [wordAt(about, 'command'), stringAt(about, 'output')];
        add('tool', { tool: 'Bash', command, output, exitCode, cwd: wordAt(about, 'cwd') });
        break;
      }
      default:
        skip(type);
        add('tool', { tool: type, input: about ?? {}, output: toJson(about), status });
    }
  }
  return log;
};
