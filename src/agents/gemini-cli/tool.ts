import type { DraftInput } from '../../schema/event.ts';
import { sessionId } from '../../schema/ids.ts';
import { type Call, callDraft, callIdentity, type Denial, type Edit, editDraft } from '../call.ts';
import { asFields, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { askedHunks, diffHunks } from '../hunks.ts';
import type { Scene } from '../scene.ts';
import { agentName } from './home.ts';
import { shellAnswer } from './shell.ts';
import { toolNamed } from './tool-name.ts';
import { withoutFence } from './words.ts';

/** A finished tool call, as hook payload and transcript tell it. */
export interface ToolFact {
  /** Gemini's name of the tool. */
  name: string;
  /** What it calls the tool to people, which tells the server of an MCP tool. */
  displayName: string | null;
  callId: string | null;
  args: unknown;
  /** What the model read; null when there was no answer. */
  answer: string | null;
  /** What it was told of a failure of the tool itself. */
  error: string | null;
  isCancelled: boolean;
  /** Structured answer for people, which has the diff of an edit. */
  display: unknown;
  /** Gemini's id of the subagent that it started. */
  agentId?: string | null;
  /** Phase of the identity, when the call has no answer. */
  phase?: string;
  extra?: Fields;
}

const editing = new Set(['Edit', 'Write']);

export function toolDraft(scene: Scene, fact: ToolFact): DraftInput {
  const call = callOf(scene, fact);
  const identity = callIdentity(call, fact.phase);
  const edit =
    call.error === null && call.denied === null && editing.has(call.tool) ? editOf(fact, call) : null;
  return edit === null
    ? callDraft(scene, { ...call, identity })
    : editDraft(scene, edit, { ...call, identity });
}

function callOf(scene: Scene, fact: ToolFact): Call {
  const { name, displayName, callId, args, agentId = null, extra } = fact;
  const { tool, input, mcpServer } = toolNamed(name, displayName, asFields(args));
  const base = {
    tool,
    nativeTool: name,
    callId,
    input,
    mcpServer,
    ...(extra === undefined ? {} : { extra }),
  };
  const path = wordAt(asFields(input), 'file_path');
  const denied = denialOf(fact.error);
  if (denied !== null || fact.error !== null || fact.isCancelled) {
    const error = fact.error ?? 'cancelled';
    return { ...base, path, output: null, error, denied, interrupted: fact.isCancelled && denied === null };
  }
  const childSession = agentId === null ? null : sessionId(agentName, scene.nativeId, agentId);
  if (tool !== 'Bash') {
    const output = fact.answer === null ? null : withoutFence(fact.answer);
    return { ...base, path, output, error: null, denied: null, childSession };
  }
  return { ...base, ...shellAnswer(fact.answer ?? ''), denied: null };
}

/** Gemini's words for a call that was not run. */
const denials: readonly (readonly [by: Denial['by'], RegExp])[] = [
  ['person', /^\[Operation Cancelled\] Reason: (?:User denied|User cancelled operation)/],
  ['rule', /^Tool execution (?:for "[^"\n]*" )?(?:denied by policy|requires user confirmation)/],
  ['hook', /^Tool execution blocked: ([\s\S]+)$/],
];

function denialOf(error: string | null): Denial | null {
  if (error === null) return null;
  for (const [by, pattern] of denials) {
    const match = pattern.exec(error.replace(/^Error: /, ''));
    // The words for a person's refusal say no more than that it was one.
    if (match !== null) return { reason: by === 'person' ? null : (match[1] ?? error).trim(), by };
  }
  return null;
}

function editOf({ display }: ToolFact, { tool, input }: Call): Edit | null {
  const [told, asked] = [asFields(display), asFields(input)];
  const path = wordAt(told, 'filePath') ?? wordAt(asked, 'file_path');
  if (path === null) return null;
  const created = told?.isNewFile === true;
  const hunks = created ? [] : diffHunks(stringAt(told, 'fileDiff') ?? '');
  const content = stringAt(told, 'newContent') ?? stringAt(asked, 'content');
  const isWhole = content !== null && hunks.length === 0 && (created || tool === 'Write');
  const change = created ? 'created' : 'updated';
  if (isWhole) return { path, change, hunks, content };
  const wanted = askedHunks(stringAt(asked, 'old_string'), stringAt(asked, 'new_string'));
  return { path, change, hunks: hunks.length > 0 ? hunks : wanted };
}

/** What `functionResponse` says: text, or why it failed. */
export function answerIn(part: Fields | null): Pick<ToolFact, 'answer' | 'error'> {
  const response = fieldsAt(part, 'response');
  const error = stringAt(response, 'error') ?? wordAt(fieldsAt(response, 'error'), 'message');
  return { answer: stringAt(response, 'output'), error };
}
