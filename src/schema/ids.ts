import { createHmac, hash } from 'node:crypto';

/** Prefixes of every id that Hivemind makes; an id is its prefix and 32 lowercase hex digits. */
export const idPrefixes = {
  event: 'evt_',
  workspace: 'ws_',
  branch: 'br_',
  session: 'ses_',
  turn: 'trn_',
  writer: 'wr_',
  item: 'itm_',
  claim: 'clm_',
  handoff: 'hof_',
} as const;

export type IdKind = keyof typeof idPrefixes;

export const idPattern = (kind: IdKind): RegExp => new RegExp(`^${idPrefixes[kind]}[0-9a-f]{32}$`);

/** Returns an id of `kind` from a UUID with or without dashes (events, workspaces, writers use UUIDv7). */
export const idFromUuid = (kind: IdKind, uuid: string): string => idPrefixes[kind] + uuid.replaceAll('-', '');

/** The 32 hex digits of an id, which double as a W3C trace id for sessions. */
export const idHex = (id: string): string => id.slice(id.indexOf('_') + 1);

/** First 128 bits of SHA-256 over the parts, each preceded by its length so that no two lists collide. */
export function hash128(...parts: string[]): string {
  let all = '';
  for (const part of parts) all += `${Buffer.byteLength(part)}:${part}`;
  return hash('sha256', all).slice(0, 32);
}

/** Same session on every machine and in every door: derived from the agent's own session id. */
export const sessionId = (agent: string, nativeId: string, subagent = ''): string =>
  idPrefixes.session + hash128('session', agent, nativeId, subagent);

/** Same turn in hook and transcript: derived from the session and the agent's own prompt id. */
export const turnId = (session: string, nativeId: string): string =>
  idPrefixes.turn + hash128('turn', session, nativeId);

/** The branch that a workspace is born with; derived, so that two machines cannot make two. */
export const mainBranchId = (workspace: string): string => idPrefixes.branch + idHex(workspace);

/** The reserved lineage of presence and claims, which every branch sees and nobody merges. */
export const boardBranchId = (workspace: string): string => idPrefixes.branch + hash128('board', workspace);

/** The branch that a session, or a worktree of this machine, is given by itself: derived, so that it is made once. */
export const ownBranchId = (workspace: string, owner: string): string =>
  idPrefixes.branch + hash128('own', workspace, owner);

/** Fact key of something that the agent itself numbers: equal whoever reports it, hook or transcript. */
export const factOfNativeId = (agent: string, session: string, nativeId: string, phase: string): string =>
  hash128('fact', agent, session, nativeId, phase);

/**
 * Fact key of something that has no id of its own: an HMAC-SHA-256 (128 bits kept) of its raw content under
 * this machine's secret, so that a key on disk cannot be used to guess a secret that redaction removed.
 */
export function factOfContent(secret: Buffer, agent: string, session: string, content: string): string {
  return createHmac('sha256', secret)
    .update(hash128('content', agent, session, content))
    .digest('hex')
    .slice(0, 32);
}

/** Span of a session, a turn or an event in its trace: derived, so that a tree of spans needs no look-ups. */
export function spansOf(event: {
  id: string;
  type: string;
  session: string;
  turn: string | null;
  parentSession?: string | undefined;
}): {
  span: string;
  parentSpan: string | null;
} {
  const sessionSpan = idHex(event.session).slice(0, 16);
  const turnSpan = event.turn === null ? null : idHex(event.turn).slice(0, 16);
  if (event.type === 'session.started') {
    return {
      span: sessionSpan,
      parentSpan: event.parentSession === undefined ? null : idHex(event.parentSession).slice(0, 16),
    };
  }
  if (event.type === 'turn.prompted' && turnSpan !== null) return { span: turnSpan, parentSpan: sessionSpan };
  return { span: idHex(event.id).slice(16), parentSpan: turnSpan ?? sessionSpan };
}
