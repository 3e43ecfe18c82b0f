import { sessionId } from '../../schema/ids.ts';
import type { HookPayload, Translation } from '../agent.ts';
import { asFields, countAt, type Fields, fieldsAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { timeOf } from '../scene.ts';
import { toJson } from '../tool-text.ts';
import { unreadable } from '../unreadable.ts';
import { type Report, reportDraft, reportKinds } from './report.ts';

export const agentName = 'generic';

/** How an agent's name is kept: it is shown and filtered by, never a path. */
const nameLimit = 100;

const nothing: Translation = { cwd: null, session: null, drafts: [], wants: null, transcript: null };

/** What any program says in the form of docs/guides/any-agent.md. Never throws: what cannot be read is kept as text. */
export function translate(hook: HookPayload): Translation {
  const payload = parseFields(hook.payload);
  const keys = { session: 'session', prompt: 'turn' };
  if (payload === null) return hook.payload.trim() === '' ? nothing : unreadable(agentName, hook, keys);
  const report = reportOf(payload, hook);
  if (report === null) return unreadable(agentName, hook, keys);
  const session = sessionId(report.agent, report.session);
  const wants =
    report.kind === 'start'
      ? { kind: 'brief' as const }
      : report.kind === 'prompt'
        ? { kind: 'context' as const, prompt: report.text }
        : null;
  return { cwd: report.cwd, session, drafts: [reportDraft(report)], wants, transcript: null };
}

/** Names under which the events of other agents' hooks are known, for whoever names them so. */
const aliases: Readonly<Record<string, Report['kind']>> = {
  SessionStart: 'start',
  UserPromptSubmit: 'prompt',
  Stop: 'reply',
  PostToolUse: 'tool',
  SessionEnd: 'end',
  failure: 'tool',
};

function kindOf(name: string | null): Report['kind'] | null {
  const kind = reportKinds.find((known) => known === name);
  return kind ?? (name !== null && Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null);
}

const statuses = ['ok', 'failed', 'rejected'] as const;

/** Null: it does not say what it is, or of which session. */
export function reportOf(payload: Fields, { event, payload: raw, at }: HookPayload): Report | null {
  const kind = kindOf(wordAt(payload, 'kind') ?? wordAt(payload, 'type')) ?? kindOf(event);
  const session = wordAt(payload, 'session');
  if (kind === null || session === null) return null;
  const said = countAt(payload, 'at') ?? timeOf(wordAt(payload, 'at'));
  const count = (name: string): number | null => {
    const camel = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return countAt(payload, name) ?? countAt(payload, camel);
  };
  const exitCode = count('exit-code');
  const isFailure = event === 'failure' || payload.type === 'failure' || payload.kind === 'failure';
  const status = statuses.find((known) => known === payload.status) ?? null;
  const output = payload.output ?? payload.content;
  return {
    kind,
    agent: (wordAt(payload, 'agent') ?? agentName).slice(0, nameLimit),
    session,
    id: wordAt(payload, 'id'),
    // The same thing may happen twice: without an id each report is one event. What is sent again after a lost
    // answer is known by its delivery.
    content: `${kind}\n${Math.trunc(at)}\n${raw}`,
    cwd: wordAt(payload, 'cwd'),
    turn: wordAt(payload, 'turn'),
    at: said === null || said === undefined ? Math.max(0, Math.trunc(at)) : Math.trunc(said),
    model: wordAt(payload, 'model'),
    text: stringAt(payload, 'text') ?? '',
    tool: wordAt(payload, 'tool'),
    command: wordAt(payload, 'command'),
    input: payload.input ?? null,
    output:
      output === undefined || output === null ? null : typeof output === 'string' ? output : toJson(output),
    error: wordAt(payload, 'error') ?? (isFailure ? wordAt(payload, 'text') : null),
    status: status ?? (isFailure ? 'failed' : null),
    exitCode: exitCode === null ? null : Math.trunc(exitCode),
    durationMs: count('duration-ms'),
    path: wordAt(payload, 'path'),
    diff: wordAt(payload, 'diff'),
    parent: wordAt(payload, 'parent'),
    role: wordAt(payload, 'role'),
    tokens: tokensOf(fieldsAt(payload, 'tokens')),
    costUsd: count('cost-usd'),
  };
}

function tokensOf(tokens: Fields | null): Fields | null {
  const fields = asFields(tokens);
  if (fields === null) return null;
  const count = (key: string): number =>
    Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(countAt(fields, key) ?? 0));
  const cached = (['cacheRead', 'cacheWrite'] as const).flatMap((key) =>
    countAt(fields, key) === null ? [] : [[key, count(key)] as const],
  );
  return { input: count('input'), output: count('output'), ...Object.fromEntries(cached) };
}
