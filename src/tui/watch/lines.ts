import { displayWidth, pad, truncate } from '../../core/display-width.ts';
import { type LiveTone, liveLine, shortAge, shortCount } from '../../core/live-line.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { Event } from '../../schema/event.ts';
import type { LiveSession } from '../../schema/operations/live.ts';
import { clock, type Line, type Tone } from '../lines.ts';
import { watchKeys } from './keys.ts';
import { feedOf, selectedSession, type WatchState } from './state.ts';

const tones: Record<LiveTone, Tone> = {
  plain: 'plain',
  dim: 'dim',
  failed: 'failed',
  plan: 'label',
  memory: 'add',
  handoff: 'hunk',
  branch: 'hunk',
};

/** Lines that a session takes. */
const sessionRows = 2;

export interface WatchLayout {
  sessions: number;
  feed: number;
}

/** One line each for head, rule and foot; at most half of the rest for the sessions, and always some for the feed. */
export function watchLayout(rows: number, count: number): WatchLayout {
  const room = Math.max(4, rows - 3);
  const sessions = Math.min(Math.max(1, count * sessionRows), Math.max(2, Math.floor(room / 2)));
  return { sessions, feed: room - sessions };
}

export function headLine(state: WatchState, columns: number): Line {
  const { workspace, branch, sessions, elsewhere } = state.shown;
  const words = [
    safeLine(workspace),
    safeLine(branch),
    sessions.length === 0 ? 'nobody is at work' : `${sessions.length} at work`,
    ...(elsewhere.length === 0 ? [] : [`${elsewhere.length} on other branches`]),
    ...(state.isLive ? [] : ['the daemon is away: waiting']),
    ...(state.held === null ? [] : [`paused, ${state.held.length} more`]),
    ...(state.missed === 0 ? [] : [`${state.missed} passed over`]),
  ];
  return { text: truncate(words.join(' · '), columns), tone: state.isLive ? 'label' : 'failed' };
}

/** The window of sessions around the one that is marked. */
export function sessionLines(state: WatchState, rows: number, columns: number, now: number): Line[] {
  const { sessions, elsewhere, at } = state.shown;
  if (sessions.length === 0) {
    const where = elsewhere.map((one) => `${safeLine(one.agent)} on ${safeLine(one.branch)}`).join(', ');
    const text = where === '' ? 'Nobody has done anything lately.' : `Elsewhere: ${where}`;
    return [{ text: truncate(text, columns), tone: 'dim' }];
  }
  const marked = selectedSession(state);
  const index = sessions.findIndex(({ session }) => session === marked?.session);
  const count = Math.max(1, Math.floor(rows / sessionRows));
  const first = Math.max(0, Math.min(index - Math.floor(count / 2), sessions.length - count));
  return sessions
    .slice(first, first + count)
    .flatMap((session) => twoLines(session, session === marked, columns, session.idleMs + now - at));
}

function twoLines(session: LiveSession, isMarked: boolean, columns: number, idleMs: number): Line[] {
  const { agent, role, branch, tokens, prompt, title, last, editing } = session;
  const who = safeLine(role === null ? agent : `${agent} (${role})`);
  const facts = [
    safeLine(branch),
    shortAge(idleMs),
    ...(tokens === null ? [] : [`${shortCount(tokens.input + tokens.output)} tok`]),
  ].join(' · ');
  const head = `${isMarked ? '>' : ' '} ${who} ${session.session.slice(-6)} · ${facts} · ${safeLine(prompt ?? title)}`;
  const did = last === null ? '' : `${last.status === 'ok' ? '' : '✗ '}${safeLine(last.what)}`;
  const edits = editing.length === 0 ? '' : `edits ${editing.map(safeLine).join(' ')}`;
  return [
    { text: pad(truncate(head, columns), columns), tone: isMarked ? 'current' : 'label' },
    { text: twoParts(did, edits, columns), tone: last === null || last.status === 'ok' ? 'plain' : 'failed' },
  ];
}

/** What was done on the left, what is edited on the right where there is room, else each in a half. */
function twoParts(left: string, right: string, columns: number): string {
  const room = columns - 4;
  if (right === '') return `    ${truncate(left, room)}`;
  const rest = Math.max(Math.floor(room / 2), room - displayWidth(left) - 2);
  const end = truncate(right, rest);
  const begin = room - displayWidth(end) - 2;
  return `    ${pad(truncate(left, begin), begin)}  ${end}`;
}

export function ruleLine(state: WatchState, columns: number): Line {
  const { focus, query } = state;
  const words = [
    ...(focus === null ? [] : [`only ${focus.slice(-6)}`]),
    ...(query === '' ? [] : [`with "${safeLine(query)}"`]),
  ];
  const label = words.length === 0 ? '' : `── ${words.join(', ')} `;
  const text = truncate(label, columns);
  return { text: text + '─'.repeat(Math.max(0, columns - displayWidth(text))), tone: 'dim' };
}

export function feedLines(state: WatchState, rows: number, columns: number): Line[] {
  if (state.mode === 'help')
    return watchKeys.map(([keys, meaning]) => ({ text: `  ${pad(keys, 10)}${meaning}`, tone: 'plain' }));
  const events = feedOf(state).slice(-rows);
  if (events.length === 0) return [{ text: 'Nothing yet.', tone: 'dim' }];
  return events.map((event) => feedLine(event, columns));
}

function feedLine(event: Event, columns: number): Line {
  const { who, mark, kind, title, tone } = liveLine(event);
  const text = `${clock(event.at)} ${mark} ${pad(truncate(who, 12), 12)} ${kind} ${title}`;
  return { text: truncate(text, columns), tone: tones[tone] };
}

export function footLine({ mode, typed, message }: WatchState, columns: number): Line {
  if (mode === 'filter') return { text: truncate(`/${typed}█`, columns), tone: 'plain' };
  const keys = '↑ ↓ session  Enter only it  / filter  space pause  Esc all  ? help  q quit';
  return { text: truncate(message === '' ? keys : safeLine(message), columns), tone: 'dim' };
}
