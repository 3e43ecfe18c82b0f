import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { DraftInput } from '../../schema/event.ts';
import type { TranscriptReader } from '../agent.ts';
import { asFields, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import type { Scene } from '../scene.ts';
import { firstStart, promptedDraft, startedDraft } from '../turn.ts';
import { agentName, ourId } from './home.ts';
import { type Asked, promptIdentity, replyDraft } from './said.ts';
import { sharedCall } from './tool.ts';

/** Most calls that wait for the words they are told with. */
const mostCalls = 200;

interface File {
  scene: Scene;
  isStarted: boolean;
  calls: Asked[];
  unknown: Record<string, number>;
}

/**
 * Reads a transcript of Cursor: prompts, replies and the calls that were asked for, without ids, times or results.
 * The calls are told with the reply that they belong to, because nothing would tell them from those that the hooks
 * saw; a reply that a hook has told is not stored again, and so are its calls.
 */
export function createReader(path: string): TranscriptReader {
  const id = basename(path.replaceAll('\\', '/')).replace(/\.jsonl$/, '');
  const ids = { nativeId: id, agentId: null, session: ourId(id), rootSession: ourId(id) };
  const place = { promptId: null, model: null, base: null, at: changedAt(path) };
  const file: File = {
    scene: { agent: agentName, ...ids, ...place },
    isStarted: false,
    calls: [],
    unknown: {},
  };
  return {
    line: (text) => {
      if (text.trim() === '') return null;
      const line = asFields(JSON.parse(text));
      return line === null ? null : takeLine(file, line);
    },
    end: () => takeReply(file, ''),
    unknown: () => file.unknown,
  };
}

/** Its lines have no time: they are not later than the file. */
function changedAt(path: string): number | undefined {
  try {
    return Math.trunc(statSync(path).mtimeMs);
  } catch {
    return undefined;
  }
}

function takeLine(file: File, line: Fields): DraftInput[] | null {
  const role = stringAt(line, 'role');
  if (role !== 'user' && role !== 'assistant') {
    const kind = (role ?? stringAt(line, 'type') ?? 'nothing').slice(0, 100);
    file.unknown[kind] = (file.unknown[kind] ?? 0) + 1;
    return null;
  }
  const message = fieldsAt(line, 'message');
  const content = stringAt(message, 'content');
  const blocks =
    content === null ? (listAt(message, 'content') ?? []).map(asFields) : [{ type: 'text', text: content }];
  const text = blocks
    .flatMap((block) => (block?.type === 'text' ? (stringAt(block, 'text') ?? '') : []))
    .join('\n');
  const drafts = role === 'user' ? takePrompt(file, text) : takeAnswer(file, blocks, text);
  if (drafts.length === 0) return null;
  if (file.isStarted) return drafts;
  file.isStarted = true;
  const start = { source: 'import', identity: firstStart(file.scene), body: {} };
  return [startedDraft(file.scene, start), ...drafts];
}

/** Cursor wraps what was typed, and puts what it adds beside it. */
function takePrompt(file: File, text: string): DraftInput[] {
  const typed = [...text.matchAll(/<user_query>([\s\S]*?)<\/user_query>/g)].map(([, query = '']) =>
    query.trim(),
  );
  const prompt = typed.length > 0 ? typed.join('\n') : text.trim();
  const before = takeReply(file, '');
  if (prompt === '') return before;
  const asked = { prompt, source: 'human', human: true, identity: promptIdentity(prompt) };
  return [...before, promptedDraft(file.scene, asked)];
}

function takeAnswer(file: File, blocks: readonly (Fields | null)[], text: string): DraftInput[] {
  // Where the model's thoughts stood.
  const said = text.replace(/^\s*\[REDACTED\]\s*$/gm, '').trim();
  for (const block of blocks) {
    const name = block?.type === 'tool_use' ? wordAt(block, 'name') : null;
    if (name === null || file.calls.length >= mostCalls) continue;
    const { tool, input, path } = sharedCall(name, block?.input);
    file.calls.push({ tool, input, path });
  }
  return said === '' ? [] : takeReply(file, said);
}

/** Tells what is said with the calls since the last reply; calls alone when nothing is. */
function takeReply(file: File, said: string): DraftInput[] {
  const { calls } = file;
  file.calls = [];
  return replyDraft(file.scene, said, calls);
}
