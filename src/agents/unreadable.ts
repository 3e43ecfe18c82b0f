import { cutMiddle, markOf, stringLimitBytes } from '../schema/cut.ts';
import type { HookPayload, Translation } from './agent.ts';
import { draftOf, programActor, type Scene, sessionsOf } from './scene.ts';

/** Bytes of a damaged payload that are searched and shown; the body has more. */
const shownBytes = 4000;

/** Bytes at either end of a damaged payload in which its ids are looked for: agents write them first. */
const searchedLetters = 64 * 1024;

/** Where a damaged payload may still say what it is about. */
export interface PayloadKeys {
  session: string;
  prompt?: string;
}

/** A payload that is no JSON (garbage, or its middle was cut): kept as text, with what its ends still say. */
export function unreadable(
  agent: string,
  hook: HookPayload,
  keys: PayloadKeys = { session: 'session_id', prompt: 'prompt_id' },
): Translation {
  const raw = hook.payload;
  const nativeId = findString(raw, keys.session);
  const cwd = findString(raw, 'cwd');
  const ids = sessionsOf(agent, nativeId ?? 'unknown', null);
  const scene: Scene = {
    agent,
    nativeId: nativeId ?? 'unknown',
    agentId: null,
    ...ids,
    promptId: keys.prompt === undefined ? null : findString(raw, keys.prompt),
    model: null,
    base: cwd,
    at: Math.max(0, Math.trunc(hook.at)),
  };
  const whole = markOf(raw);
  const draft = draftOf(scene, {
    type: 'hook.unreadable',
    identity: { content: `hook.unreadable\n${hook.event}\n${raw}` },
    actor: programActor(scene),
    status: 'failed',
    text: `unreadable ${hook.event} payload (${hook.bytes ?? whole.bytes} bytes)\n${cutMiddle(raw, shownBytes).text}`,
    body: { event: hook.event, bytes: hook.bytes ?? whole.bytes, raw: cutMiddle(raw, stringLimitBytes).text },
  });
  return {
    cwd,
    session: nativeId === null ? null : ids.session,
    drafts: [draft],
    wants: null,
    transcript: null,
  };
}

/** Value of the first `"key": "…"` near either end of a text that is not whole JSON. */
export function findString(raw: string, key: string): string | null {
  const pattern = new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.){1,4000}")`);
  const match = pattern.exec(raw.slice(0, searchedLetters)) ?? pattern.exec(raw.slice(-searchedLetters));
  try {
    const value: unknown = match?.[1] === undefined ? null : JSON.parse(match[1]);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
