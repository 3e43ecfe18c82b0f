import type { z } from 'zod';
import { type LinePlace, scoreLine } from '../../core/git/edited-lines.ts';
import type { Event } from '../../schema/event.ts';
import type { LineOrigin } from '../../schema/operations/git.ts';
import { editsOf } from './authorship.ts';
import type { Viewer } from './rows.ts';

export interface LineAsked {
  /** Names that the file has, or had when the line was written. */
  paths: readonly string[];
  place: LinePlace;
  /** Epoch milliseconds: what happened later did not write it. */
  until: number;
  /** Sessions of its commit. */
  sessions: readonly string[];
}

/** That the line's commit comes from the same session weighs as much as two of its neighbours. */
const sessionBonus = 0.25;
/** Events of a turn that are looked through for its prompt and its end. */
const turnEvents = 80;

/** The edit that wrote a line: the one that agrees best with what is around it; of equals the latest. */
export async function originOf(viewer: Viewer, asked: LineAsked): Promise<Event | null> {
  const { paths, place, until, sessions } = asked;
  let best: { edit: Event; score: number } | null = null;
  for (const edit of await editsOf(viewer.open, viewer.spans, { paths, until })) {
    const said = scoreLine(edit, place);
    if (said === 0) continue;
    const score = said + (sessions.includes(edit.session) ? sessionBonus : 0);
    if (best === null || score > best.score || (score === best.score && edit.at >= best.edit.at))
      best = { edit, score };
  }
  return best?.edit ?? null;
}

/** An event with what was asked for in its turn, and what came of it. */
export async function told(viewer: Viewer, event: Event): Promise<z.infer<typeof LineOrigin>> {
  const around = await turnOf(viewer, event);
  const { tool } = event.body;
  return {
    event: event.id,
    type: event.type,
    at: event.at,
    session: event.session,
    agent: event.agent,
    title: viewer.sessions.get(event.session)?.title ?? '',
    tool: typeof tool === 'string' ? tool : '',
    path: event.paths[0] ?? '',
    prompt: around.find(({ type }) => type === 'turn.prompted')?.text ?? '',
    reply: around.findLast(({ type }) => type === 'turn.replied')?.text ?? '',
  };
}

/** The events of its turn; where the agent does not say which that is, the last prompt before it. */
async function turnOf({ open: { store }, spans }: Viewer, { turn, session, at }: Event): Promise<Event[]> {
  if (turn !== null) return store.ofTurns({ spans, turns: [turn] }, { perTurn: turnEvents });
  const filter = { spans, sessions: [session], types: ['turn.prompted'], until: at + 1 };
  return store.at(filter, (await store.positions(filter)).slice(-1));
}
