import type { Call } from '../call.ts';
import { withoutFence } from './words.ts';

/** What Gemini says of a command after its output, each on a line of its own, in this order. */
const noteNames = ['Error', 'Exit Code', 'Signal', 'Background PIDs', 'Process Group PGID'];
const noteLine = new RegExp(`^(${noteNames.join('|')}): (.*)$`);

/** What the model read of a shell command, told apart: output, exit code, and why it failed. */
export function shellAnswer(answer: string): Pick<Call, 'output' | 'error' | 'exitCode' | 'interrupted'> {
  const text = withoutFence(answer);
  const cancelled = /^Command was (?:automatically )?cancelled/.test(text);
  if (cancelled)
    return { output: null, error: text, interrupted: !text.startsWith('Command was automatically') };
  const body = /^(?:Command: [\s\S]*?\n(?:Directory: .*\n)?)?(?:Output|Stdout): ([\s\S]*)$/.exec(text)?.[1];
  // In the background, or in a form that is not known: how it ended is not told.
  if (body === undefined) return { output: text, error: null };
  const { output, notes } = withoutNotes(body);
  const exitCode = Number(notes.get('Exit Code') ?? 0);
  const signal = notes.get('Signal');
  const reason = [
    ...(exitCode === 0 ? [] : [`Exit code ${exitCode}`]),
    ...(signal === undefined ? [] : [`Signal ${signal}`]),
    ...(notes.has('Error') ? [notes.get('Error') ?? ''] : []),
  ];
  // Killed, or never run: then there is no exit code.
  const hasCode = notes.has('Exit Code') || reason.length === 0;
  const code = hasCode && Number.isSafeInteger(exitCode) ? { exitCode } : {};
  if (reason.length === 0) return { output, error: null, ...code };
  return { output: null, error: [...reason, output].join('\n').trim(), ...code };
}

function withoutNotes(body: string): { output: string; notes: Map<string, string> } {
  const lines = body.split('\n');
  const notes = new Map<string, string>();
  let end = lines.length;
  let next = noteNames.length;
  // The first line is the output's, whatever it looks like.
  for (; end > 1; end--) {
    const [, name = '', value = ''] = noteLine.exec(lines[end - 1] ?? '') ?? [];
    const place = noteNames.indexOf(name);
    // A command that ran has a process group, and what looks like Gemini's error is the end of its output.
    if (
      place < 0 ||
      place >= next ||
      (name === 'Error' && value !== '(none)' && notes.has('Process Group PGID'))
    )
      break;
    next = place;
    if (value !== '(none)') notes.set(name, value);
  }
  const output = lines.slice(0, end).join('\n');
  return { output: output === '(empty)' ? '' : output, notes };
}
