import type { Event } from '../schema/event.ts';
import type { Session } from '../schema/records.ts';
import { isoTime } from './cards.ts';
import { asRecord, quote, quotePath } from './quote.ts';
import { errorLine } from './recall/outcome.ts';

/** Agents cut what a hook prints at 10,000 characters; this leaves room for what they put around it. */
const BRIEF_CHARS = 8000;
const SESSIONS = 8;
const FAILURES = 6;
const FILES = 12;
const FILES_OF_SESSION = 4;
const NAME = 40;

export interface BriefInput {
  workspaceName: string;
  /** It is for a branch, and not for what all share. */
  isOnBranch?: boolean;
  /** Epoch milliseconds. */
  now: number;
  /** The session that the brief is for; it and those that it started are left out. */
  session?: string;
  sessions: readonly Session[];
  /** The latest events of the workspace, in any order. */
  recent: readonly Event[];
}

/** `3 min ago`, in one unit; the future (a clock that is off) is now. */
function ago(at: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

const newestFirst = (a: Event, b: Event): number => b.at - a.at || (a.id < b.id ? 1 : -1);

const editedBy = (events: readonly Event[]): string[] => [
  ...new Set(events.filter((event) => event.type === 'file.edited').flatMap((event) => event.paths)),
];

const whoOf = (event: Event): string => {
  const names = [...new Set([quote(event.agent, NAME), quote(event.actor.name, NAME)])];
  return names.filter((name) => name !== '').join('/');
};

function sessionLine(session: Session, events: readonly Event[], now: number): string {
  const files = editedBy(events);
  const shown = files.slice(0, FILES_OF_SESSION).map((path) => quotePath(path, 60));
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : '';
  const state = session.endedAt === null ? 'open, last seen' : 'ended';
  return [
    `* ${quote(session.agent, NAME)} · ${state} ${ago(session.lastAt, now)} (${isoTime(session.lastAt)}) · ${quote(session.title, 140) || 'untitled'}`,
    session.failures > 0 ? ` · ${session.failures} failures` : '',
    shown.length > 0 ? ` · edited ${shown.join(', ')}${more}` : '',
    ` · ${quote(session.id, NAME)}`,
  ].join('');
}

const failureLine = (event: Event, now: number): string =>
  `* ${whoOf(event)} · ${ago(event.at, now)} · ${event.status} · ${quote(event.text.split('\n', 1)[0] ?? '', 120)} → ${quote(errorLine(event), 200)} · ${event.id}`;

/** Each edited file once, with who touched it last. */
function fileLines(edits: readonly Event[], now: number): string[] {
  const last = new Map<string, Event>();
  for (const event of edits) for (const path of event.paths) if (!last.has(path)) last.set(path, event);
  return [...last]
    .slice(0, FILES)
    .map(([path, event]) => `* ${quotePath(path, 100)} · ${whoOf(event)} · ${ago(event.at, now)}`);
}

/** Sections as long as they fit; a heading without a line under it is left out. */
function fill(
  sections: readonly (readonly [heading: string, lines: readonly string[]])[],
  room: number,
): string {
  let text = '';
  for (const [heading, lines] of sections) {
    let section = '';
    for (const line of lines) {
      const added = section === '' ? `${heading}\n${line}\n` : `${line}\n`;
      if (text.length + section.length + added.length > room) break;
      section += added;
    }
    text += section;
  }
  return text;
}

/**
 * Says what is going on in a workspace, in less than 8,000 characters (UTF-16 units): the latest sessions of others,
 * recent failures with their error, files edited lately, and how to ask for more. Empty when there is nothing to say.
 */
export function brief(input: BriefInput): { text: string; sessions: number } {
  const { now } = input;
  const own = new Set(
    input.sessions
      .filter((one) => one.id === input.session || one.parent === input.session)
      .map((one) => one.id),
  );
  if (input.session !== undefined) own.add(input.session);
  const recent = input.recent.filter((event) => !own.has(event.session)).sort(newestFirst);
  const sessions = input.sessions
    .filter((one) => input.session === undefined || !own.has(one.id))
    .filter((one) => one.parent === null && one.events > 0)
    .sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1))
    .slice(0, SESSIONS);
  // The refused call is there itself, with its reason.
  const failures = recent
    .filter(({ status, body }) => status !== 'ok' && body.derived !== 'rejection')
    .slice(0, FAILURES);
  const edits = recent.filter((event) => event.type === 'file.edited');
  if (sessions.length === 0 && failures.length === 0 && edits.length === 0) return { text: '', sessions: 0 };
  const lines = fill(
    [
      [
        'Latest sessions of others:',
        sessions.map((one) =>
          sessionLine(
            one,
            recent.filter((event) => event.session === one.id),
            now,
          ),
        ),
      ],
      ['Recent failures:', failures.map((event) => failureLine(event, now))],
      ['Edited lately:', fileLines(edits, now)],
    ],
    BRIEF_CHARS - 700,
  );
  const more =
    'Hivemind keeps what agents of this workspace did. Before you try something anew, ask the `recall` MCP tool, or run: hivemind recall "what you want to know"';
  // Without its name: names come from outside, and this stands outside of what is quoted.
  const where = input.isOnBranch
    ? '\nYou are on a branch of this memory: others see what you do once it is merged. `hivemind branch show` tells more.'
    : '';
  return {
    text: `${asRecord('brief', input.workspaceName, lines)}\n${more}${where}`,
    sessions: sessions.length,
  };
}
