import type { DraftInput } from '../../schema/event.ts';
import { sessionId } from '../../schema/ids.ts';
import { type Call, callDraft, type Denial, editDraft } from '../call.ts';
import { asFields, type Fields, stringAt, wordAt } from '../fields.ts';
import { identityOf, type Scene } from '../scene.ts';
import { outputOf, toJson } from '../tool-text.ts';
import { editOf } from './edit.ts';
import { agentName } from './home.ts';

/** A finished tool call, as hook payload and transcript both tell it. */
export interface ToolFact {
  tool: string;
  callId: string | null;
  input: unknown;
  /** Claude's structured answer; undefined where only the model's text is known (subagents' transcripts). */
  response: unknown;
  /** The answer as the model read it; null when it is not known. */
  answer: string | null;
  /** Null: it succeeded. */
  error: string | null;
  /** It was never run; with the stated reason, and who refused it. */
  denied: Denial | null;
  interrupted?: boolean;
  durationMs?: number | null;
  mcpServer?: string | null;
  /** Phase of the identity, when the call has no answer. */
  phase?: string;
  /** What else goes into the body. */
  extra?: Fields;
}

const editing = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);

/** Claude's words for a call that was not run, and where the reason stands in them. */
const denials: readonly (readonly [by: Denial['by'], RegExp])[] = [
  [
    'person',
    /^The user doesn't want to (?:proceed with this tool use|take this action)[\s\S]*?(?:the user said:\s*([\s\S]+))?$/,
  ],
  ['rule', /^(Permission to use [\s\S]+ has been denied[\s\S]*)$/],
  ['rule', /^(Claude requested permissions? to [\s\S]+ but you haven't granted it yet[\s\S]*)$/],
  ['hook', /^PreToolUse:\S+ hook error: (?:\[[\s\S]*?\]: )?([\s\S]+)$/],
];

/** Whether an error text says that the call was refused, and why; null when it was run. */
export function denialOf(error: string): Denial | null {
  for (const [by, pattern] of denials) {
    const match = pattern.exec(error);
    if (match !== null) return { reason: match[1]?.trim() || null, by };
  }
  return null;
}

/** An error as Claude meant it, without the tags that only the model sees. */
export const errorText = (text: string): string =>
  text.replace(/^<tool_use_error>([\s\S]*)<\/tool_use_error>$/, '$1');

export function toolDraft(scene: Scene, fact: ToolFact): DraftInput {
  const isSuccess = fact.error === null && fact.denied === null;
  const edit = isSuccess && editing.has(fact.tool) ? editOf(fact) : null;
  if (edit !== null) return editDraft(scene, edit, { ...fact, identity: identityFor(fact) });
  return callDraft(scene, callOf(scene, fact));
}

const identityFor = (fact: ToolFact) =>
  identityOf(
    fact.callId,
    fact.phase ?? 'call',
    `${fact.tool}\n${String(fact.answer ?? '')}\n${toJson(fact.input)}`,
  );

const answerOf = ({ response, answer }: ToolFact): string | null =>
  outputOf(response) ?? answer ?? (response === undefined || response === null ? null : toJson(response));

function callOf(scene: Scene, fact: ToolFact): Call {
  const response = asFields(fact.response);
  const child = wordAt(response, 'agentId');
  const asked = asFields(fact.input);
  return {
    ...fact,
    output: fact.error === null && fact.denied === null ? answerOf(fact) : null,
    path: wordAt(asked, 'file_path') ?? wordAt(asked, 'notebook_path'),
    exitCode: exitCodeOf(fact, response),
    childSession: child === null ? null : sessionId(agentName, scene.nativeId, child),
    interrupted: fact.interrupted || response?.interrupted === true,
    identity: identityFor(fact),
  };
}

/** A shell's exit code: only failures carry one in Claude's text; a plain success is 0. */
function exitCodeOf(fact: ToolFact, response: Fields | null): number | null {
  if (fact.tool !== 'Bash' && fact.tool !== 'PowerShell') return null;
  if (fact.error !== null) {
    const code = /^Exit code (\d{1,9})\b/.exec(fact.error)?.[1];
    return code === undefined ? null : Number(code);
  }
  const isPlain = stringAt(response, 'stdout') !== null && response?.interrupted !== true;
  const hasReading =
    wordAt(response, 'returnCodeInterpretation') !== null || wordAt(response, 'backgroundTaskId') !== null;
  return isPlain && !hasReading && fact.denied === null ? 0 : null;
}
