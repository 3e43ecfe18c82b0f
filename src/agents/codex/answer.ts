import type { Denial } from '../call.ts';
import { asFields, countAt, type Fields, fieldsAt, parseFields, stringAt } from '../fields.ts';
import { blocksText, toJson } from '../tool-text.ts';

/** What a tool answered, as the rollout has it. */
export interface Answer {
  text: string;
  /** It did not do what was asked; null where the text does not say. */
  failed: boolean | null;
  exitCode: number | null;
  /** Session of a command that is still running, by which later input is sent to it. */
  running: string | null;
  denied: Denial | null;
  /** A person stopped it. */
  interrupted: boolean;
  durationMs: number | null;
}

/** Lines that Codex puts before the output of a command. */
const headLine =
  /^(?:Chunk ID|Wall time|Process exited with code|Process running with session ID|Original token count|Exit code|Total output lines|Warning)\b/;

/** Longest head of an answer, in characters. */
const headLimit = 800;

/** Codex's words for a call that was refused, and where the reason stands in them. */
const denials: readonly (readonly [by: Denial['by'], RegExp])[] = [
  [
    'person',
    /^(?:exec |shell )?(?:command|patch|apply_patch)? ?rejected by (?:the )?user\b(?:[:,.]\s*([\s\S]+))?/i,
  ],
  ['person', /^user (?:rejected|cancelled|declined) MCP tool call()/i],
  ['rule', /^(approval policy is [\s\S]{1,80}reject[\s\S]*)/i],
  ['rule', /^((?:rejected: |`[^`]{1,400}` rejected|This action was rejected)[\s\S]*)/i],
  [
    'hook',
    /^(?:Command|Tool call|Patch|MCP tool call)? ?blocked by (?:PreToolUse|PermissionRequest) hook: ([\s\S]*?)(?:\. (?:Command|Tool|Input): [\s\S]*)?$/i,
  ],
];

/** Codex's words for a call that failed before or beside any command. */
const failures =
  /^(?:unsupported (?:custom tool )?call|apply_patch (?:verification failed|handler received)|failed to parse function arguments|(?:exec_command|write_stdin|shell) failed|execution error|failed in sandbox|tool call (?:error|failed)|command timed out|unable to |unknown tool|err: |error: |collab tool failed|agent with id |agent ids? must )/i;

/** A person stopped it. */
const stopped = /^(?:Wall time: [^\n]{1,40}\n)?aborted\b/i;

/** The answer in an output of a call: text, content blocks, or `{content, success}`. */
export function answerOf(output: unknown): Answer {
  const fields = asFields(output);
  const text =
    typeof output === 'string'
      ? output
      : Array.isArray(output)
        ? blocksText(output)
        : (stringAt(fields, 'content') ?? (output == null ? '' : toJson(output)));
  const success = fields?.success;
  return {
    ...(oldShell(text) ?? headed(text)),
    ...(typeof success === 'boolean' ? { failed: !success } : {}),
  };
}

const plain: Omit<Answer, 'text'> = {
  failed: null,
  exitCode: null,
  running: null,
  denied: null,
  interrupted: false,
  durationMs: null,
};

/** The form of old versions: JSON with the output and its exit code. */
function oldShell(text: string): Answer | null {
  if (!text.startsWith('{') || !text.includes('"metadata"')) return null;
  const fields = parseFields(text);
  const metadata = fieldsAt(fields, 'metadata');
  const output = stringAt(fields, 'output');
  if (metadata === null || output === null) return null;
  const exitCode = exitCodeAt(metadata);
  const seconds = countAt(metadata, 'duration_seconds');
  return {
    ...plain,
    text: output,
    exitCode,
    failed: exitCode === null ? null : exitCode !== 0,
    durationMs: seconds === null ? null : Math.round(seconds * 1000),
  };
}

/** An exit code as it is written: negative ones stand for signals. */
export function exitCodeAt(fields: Fields | null): number | null {
  const code = fields?.exit_code;
  return typeof code === 'number' && Number.isInteger(code) && Math.abs(code) < 2 ** 32 ? code : null;
}

function headed(text: string): Answer {
  const start = text.slice(0, headLimit);
  const end = /(?:^|\n)Output:(?:\n|$)/.exec(start);
  const head = end === null ? [] : start.slice(0, end.index).split('\n');
  const isHead = end !== null && head.every((line) => line === '' || headLine.test(line));
  if (!isHead) return unheaded(text);
  const of = (pattern: RegExp): string | null =>
    head.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined) ?? null;
  const code = of(/^(?:Process exited with code|Exit code:) (-?\d{1,9})\b/);
  const seconds = of(/^Wall time: (\d{1,9}(?:\.\d{1,9})?) seconds?/);
  const exitCode = code === null ? null : Number(code);
  return {
    ...plain,
    text: text.slice(end.index + end[0].length),
    exitCode,
    failed: exitCode === null ? null : exitCode !== 0,
    running: of(/^Process running with session ID (\d{1,20})/),
    durationMs: seconds === null ? null : Math.round(Number(seconds) * 1000),
  };
}

function unheaded(text: string): Answer {
  for (const [by, pattern] of denials) {
    const match = pattern.exec(text.slice(0, 8000));
    if (match !== null) return { ...plain, text, denied: { reason: match[1]?.trim() || null, by } };
  }
  return {
    ...plain,
    text,
    failed: stopped.test(text) || failures.test(text) ? true : null,
    interrupted: stopped.test(text),
  };
}
