import { existsSync } from 'node:fs';
import { joinParts, type SessionRecord } from '../../core/records/session.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { momentOf } from '../moments.ts';
import { followedRoots } from '../transcripts/connected.ts';
import type { Handler } from './handler.ts';

type AgentCapture = OutputOf<'stats.capture'>['agents'][number];

export const showCaptureStats: Handler<'stats.capture'> = async (input, _context, engine) => {
  const { open } = await engine.workspaces.resolve(input);
  const since = input.since === undefined ? 0 : momentOf('since', input.since, engine.now());
  const sessions = [...joinParts(open.sessions.values()).values()].filter(({ lastAt }) => lastAt >= since);
  const agents = [...Map.groupBy(sessions, ({ agent }) => agent)].map(([agent, own]) =>
    captureOf(agent, own),
  );
  return {
    workspace: open.workspace.name,
    agents: agents.sort((a, b) => b.events - a.events),
    followed: followedRoots(engine.connected.list()).map(({ agent, root }) => ({
      agent: agent.name,
      root,
      there: existsSync(root),
    })),
  };
};

function captureOf(agent: string, sessions: readonly SessionRecord[]): AgentCapture {
  const total = (pick: (session: SessionRecord) => number): number =>
    sessions.reduce((sum, session) => sum + pick(session), 0);
  const count = (type: string): number => total(({ counts }) => counts[type] ?? 0);
  const [events, live] = [total((session) => session.events), total((session) => session.live)];
  const isUnanswered = ({ counts }: SessionRecord): boolean =>
    counts['turn.prompted'] !== undefined &&
    ['turn.replied', 'tool.called', 'file.edited', 'turn.interrupted'].every(
      (type) => counts[type] === undefined,
    );
  return {
    agent,
    sessions: sessions.length,
    children: sessions.filter(({ parent }) => parent !== null).length,
    events,
    live,
    backfilled: events - live,
    prompts: count('turn.prompted'),
    replies: count('turn.replied'),
    calls: count('tool.called'),
    edits: count('file.edited'),
    failures: total((session) => session.failures),
    unstarted: sessions.filter(({ counts }) => counts['session.started'] === undefined).length,
    unanswered: sessions.filter(isUnanswered).length,
    unreadable: count('hook.unreadable'),
    lastAt: Math.max(...sessions.map(({ lastAt }) => lastAt)),
  };
}
