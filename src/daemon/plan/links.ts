import { subjectKey } from '../../core/records/kinds.ts';
import { findSession } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import { eventNamed } from '../as-of.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';

export type LinkKind = 'session' | 'event' | 'commit' | 'decision' | 'other';

export interface LinkTarget {
  ref: string;
  kind: LinkKind;
  /** What it is called; null: it is not seen here. */
  title: string | null;
}

const SHA = /^(?:commit:)?([0-9a-f]{7,64})$/i;

/** A link as it is kept: sessions, events and decisions have to be seen here; a commit may be one that nobody captured. */
export async function linkNamed(open: OpenWorkspace, scope: Scope, given: string): Promise<string> {
  const ref = given.trim();
  const sha = SHA.exec(ref)?.[1];
  if (sha !== undefined) return `commit:${sha.toLowerCase()}`;
  if (ref.startsWith('evt_')) return (await eventNamed(open, spansOf(open, scope), checkedEvent(ref))).id;
  if (ref.startsWith('ses_')) return sessionNamed(open, scope, ref);
  if (ref.startsWith('decision:')) return decisionNamed(open, scope, ref.slice('decision:'.length));
  throw new AppError(
    'INVALID_ARGUMENT',
    `link: "${ref.slice(0, 100)}" is no session, event, commit or decision`,
    {
      hint: 'ses_…, evt_…, commit:SHA, or decision:SUBJECT',
    },
  );
}

function checkedEvent(ref: string): string {
  if (/^evt_[0-9a-f]{6,32}$/.test(ref)) return ref;
  throw new AppError('INVALID_ARGUMENT', `link: "${ref.slice(0, 100)}" is no id of an event`, {
    hint: 'evt_ and 32 hex digits, or the last 6 or more of them',
  });
}

async function sessionNamed(open: OpenWorkspace, scope: Scope, ref: string): Promise<string> {
  const found = findSession((await visibleSessions(open, scope)).values(), ref);
  if (found !== undefined) return found.id;
  throw new AppError('NOT_FOUND', `link: no session "${ref.slice(0, 100)}" is seen here`, {
    hint: 'hivemind session list',
  });
}

function decisionNamed({ registers }: OpenWorkspace, scope: Scope, subject: string): string {
  const key = subjectKey(subject);
  if (key !== '' && registers.get('decision', key, scope) !== null) return `decision:${key}`;
  throw new AppError('NOT_FOUND', `link: nothing is decided here about "${subject.slice(0, 100)}"`, {
    hint: 'hivemind memory list',
  });
}

/** A link that an item may have, kept or as people type it: what it has is taken away in either form. */
export function linkAmong(links: readonly string[], given: string): string {
  const ref = given.trim();
  const sha = SHA.exec(ref)?.[1]?.toLowerCase();
  const wanted = [
    ref,
    ...(sha === undefined ? [] : [`commit:${sha}`]),
    ...(ref.startsWith('decision:') ? [`decision:${subjectKey(ref.slice('decision:'.length))}`] : []),
  ];
  const tail = ref.replace(/^(ses|evt)_/, '');
  const found =
    links.find((link) => wanted.includes(link)) ??
    links.find((link) => tail.length >= 6 && link.endsWith(tail));
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', `unlink: it has no link "${ref.slice(0, 100)}"`, {
    hint: 'hivemind plan show ITEM',
  });
}

/** What the links lead to, as far as it is seen here. */
export async function targetsOf(
  open: OpenWorkspace,
  scope: Scope,
  links: readonly string[],
): Promise<LinkTarget[]> {
  const needsSessions = links.some((ref) => ref.startsWith('ses_'));
  const sessions = needsSessions ? await visibleSessions(open, scope) : new Map();
  const titles = await eventTitles(open, scope, links);
  return links.map((ref): LinkTarget => {
    if (ref.startsWith('ses_')) {
      const session = sessions.get(ref);
      const title = session === undefined ? null : `${session.agent}: ${session.title || 'untitled'}`;
      return { ref, kind: 'session', title };
    }
    if (ref.startsWith('evt_')) return { ref, kind: 'event', title: titles.get(ref) ?? null };
    if (ref.startsWith('decision:')) return { ref, kind: 'decision', title: decisionTitle(open, scope, ref) };
    if (ref.startsWith('commit:')) return { ref, kind: 'commit', title: titles.get(ref) ?? null };
    return { ref, kind: 'other', title: null };
  });
}

const longestTitle = 200;

async function eventTitles(
  open: OpenWorkspace,
  scope: Scope,
  links: readonly string[],
): Promise<Map<string, string>> {
  const spans = spansOf(open, scope);
  const titles = new Map<string, string>();
  const ids = links.filter((ref) => ref.startsWith('evt_'));
  if (ids.length > 0)
    for (const { id, type, text } of await open.store.find({ spans, ids }))
      titles.set(id, `${type}: ${text}`.slice(0, longestTitle));
  const shas = links.flatMap((ref) => (ref.startsWith('commit:') ? [ref.slice('commit:'.length)] : []));
  if (shas.length === 0) return titles;
  for (const { body } of await open.store.find({ spans, types: ['git.committed'] })) {
    const { sha, subject } = body;
    if (typeof sha !== 'string' || typeof subject !== 'string') continue;
    for (const wanted of shas.filter((one) => sha.startsWith(one)))
      titles.set(`commit:${wanted}`, subject.slice(0, longestTitle));
  }
  return titles;
}

function decisionTitle({ registers }: OpenWorkspace, scope: Scope, ref: string): string | null {
  const state = registers.get('decision', ref.slice('decision:'.length), scope);
  if (state === null) return null;
  const { subject, choice } = state.fields;
  return `${String(subject?.shown.value ?? state.key)}: ${String(choice?.shown.value ?? '')}`;
}
