import { usageIn } from '../../core/capture-gaps.ts';
import { isOfMachines } from '../../core/live-line.ts';
import type { SessionRecord } from '../../core/records/session.ts';
import { safeLine } from '../../core/safe-text.ts';
import { viewStep } from '../../core/step-view.ts';
import type { Event, FoundEvent } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { LiveSession } from '../../schema/operations/live.ts';
import type { Claim } from '../../schema/records.ts';
import type { Span } from '../../schema/view.ts';
import { createPathMatcher } from '../../store/path-glob.ts';
import { branchToRead } from '../branching.ts';
import { heldClaims, rootOf } from '../claims/held.ts';
import { branchName, liveLines, scopeOf, spansOf } from '../lines.ts';
import { filterOf } from '../live-query.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { Handler } from './handler.ts';

/** A file that was edited so long ago is not being edited any more, unless somebody claims it. */
const editedMs = 10 * 60_000;
/** Most sessions that are looked into, and files that are named of each. */
const mostSessions = 100;
const mostPaths = 20;

const promptChars = 300;

export const showLive: Handler<'live.show'> = async (input, _context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const scope = scopeOf(open, line.id);
  const spans = spansOf(open, scope);
  const at = now();
  const since = at - input.minutes * 60_000;
  const active = activeIn(
    (await visibleSessions(open, scope)).values(),
    since,
    input,
    filterOf(open, input).sessions,
  );
  const claims = heldClaims(open, at);
  const doing = await doings(open, { spans, since, at, active, claims });
  const sessions = doing.filter(isOn(input.path));
  const shown = new Set(active.map(({ id }) => id));
  return {
    workspace: open.workspace.name,
    branch: line.name,
    at,
    sessions,
    elsewhere: elsewhere(open, (id) => scope.reach(id, open.store.writer) === null, since),
    claims: claims.filter(({ session }) => session === null || !shown.has(rootOf(open, session))),
    recent: await latest(open, spans, input, at),
  };
};

type Input = ParsedOf<'live.show'>;

function activeIn(
  all: Iterable<SessionRecord>,
  since: number,
  { agent = [] }: Input,
  wanted: readonly string[] | undefined,
): SessionRecord[] {
  return [...all]
    .filter(({ lastAt, endedAt }) => lastAt >= since && (endedAt === null || endedAt < lastAt))
    .filter((session) => agent.length === 0 || agent.includes(session.agent))
    .filter(({ id }) => wanted === undefined || wanted.includes(id))
    .sort((a, b) => b.lastAt - a.lastAt)
    .slice(0, mostSessions);
}

interface Wanted {
  spans: readonly Span[];
  since: number;
  at: number;
  active: readonly SessionRecord[];
  claims: readonly Claim[];
}

/** What each session is at. Of most events only as much is read as a search finds. */
async function doings(
  open: OpenWorkspace,
  { spans, since, at, active, claims }: Wanted,
): Promise<LiveSession[]> {
  if (active.length === 0) return [];
  const filter = { spans, since, sessions: active.map(({ id }) => id) };
  const found = bySession(await open.store.lookUp({ ...filter, kinds: doingKinds }));
  const lastIds = active.flatMap(({ id }) => lastOf(found.get(id), isCall)?.id ?? []);
  const whole = new Map((await open.store.find({ spans, ids: lastIds })).map((event) => [event.id, event]));
  const answers = bySession(
    await open.store.find({ ...filter, types: ['turn.replied', 'turn.measured', 'tool.called'] }),
  );
  return active.map((session) => {
    const events = found.get(session.id) ?? [];
    const own = claims.filter((claim) => claim.session === session.id);
    const usage = usageIn(answers.get(session.id) ?? []);
    return {
      session: session.id,
      agent: session.agent,
      role: session.role,
      parent: session.parent,
      branch: branchName(open, session.branch),
      title: session.title,
      prompt: promptOf(events),
      last: lastCall(whole.get(lastOf(events, isCall)?.id ?? '')),
      editing: editedIn(events, own, at - editedMs),
      claims: own,
      startedAt: session.startedAt,
      lastAt: session.lastAt,
      idleMs: Math.max(0, at - session.lastAt),
      failures: session.failures,
      tokens: usage === null ? null : { input: usage.input, output: usage.output },
    };
  });
}

/** What somebody does; what the daemon read from it afterwards is not. */
const isCall = ({ type, actor }: FoundEvent): boolean => type !== 'turn.prompted' && actor.kind !== 'daemon';

const doingKinds = {
  types: ['turn.prompted', 'tool.called', 'file.edited'],
  families: ['check', 'git', 'handoff', 'memory', 'merge', 'plan'],
};

function bySession<E extends Pick<Event, 'session'>>(events: readonly E[]): Map<string, E[]> {
  const lists = new Map<string, E[]>();
  for (const event of events) {
    const list = lists.get(event.session);
    if (list === undefined) lists.set(event.session, [event]);
    else list.push(event);
  }
  return lists;
}

const lastOf = (
  events: readonly FoundEvent[] | undefined,
  is: (event: FoundEvent) => boolean,
): FoundEvent | undefined =>
  events?.filter(is).reduce<FoundEvent | undefined>((last, event) => {
    const isLater =
      last === undefined || event.at > last.at || (event.at === last.at && event.seq > last.seq);
    return isLater ? event : last;
  }, undefined);

function promptOf(events: readonly FoundEvent[]): string | null {
  const prompt = lastOf(events, ({ type, actor }) => type === 'turn.prompted' && actor.kind !== 'daemon');
  return prompt === undefined ? null : safeLine(prompt.text.slice(0, promptChars));
}

function lastCall(event: Event | undefined): LiveSession['last'] {
  if (event === undefined) return null;
  const { kind, title } = viewStep(event);
  const { id, at, status } = event;
  return { event: id, at, status, what: `${kind} ${title}`.slice(0, promptChars).trim() };
}

function editedIn(events: readonly FoundEvent[], claims: readonly Claim[], since: number): string[] {
  const edited = events
    .filter(({ type, at, status }) => type === 'file.edited' && at >= since && status === 'ok')
    .sort((a, b) => b.at - a.at)
    .flatMap(({ paths }) => paths);
  return [...new Set([...claims.flatMap(({ paths }) => paths), ...edited])].slice(0, mostPaths);
}

const isOn = (globs: readonly string[] | undefined): ((session: LiveSession) => boolean) => {
  if (globs === undefined || globs.length === 0) return () => true;
  const matches = createPathMatcher(globs);
  return ({ editing }) => matches(editing);
};

/** Names only: what is done on another branch is seen from there. */
function elsewhere(
  open: OpenWorkspace,
  isSeen: (branch: string) => boolean,
  since: number,
): OutputOf<'live.show'>['elsewhere'] {
  return liveLines(open)
    .flatMap(({ id, name }) => {
      const head = open.heads.get(id);
      if (head === undefined || head.at < since || head.agent === 'hivemind' || isSeen(id)) return [];
      return [{ branch: name, agent: head.agent, at: head.at }];
    })
    .sort((a, b) => b.at - a.at);
}

/** A store of a million events is not gone through for the last twenty of them: one looks back so far, and then further. */
const lookBackMs = [3_600_000, 24 * 3_600_000, 30 * 24 * 3_600_000];

async function latest(
  open: OpenWorkspace,
  spans: readonly Span[],
  { limit, ...input }: Input,
  at: number,
): Promise<Event[]> {
  const isSaid = input.kind !== undefined && input.kind.length > 0;
  let events: Event[] = [];
  for (const backMs of lookBackMs) {
    const first = Math.max(0, at - backMs)
      .toString(16)
      .padStart(12, '0');
    const filter = { ...filterOf(open, input), spans, hlcs: [`${first}0000`, 'f'.repeat(16)] as const };
    const page = (await open.store.positions(filter)).slice(-2 * limit);
    events = (await open.store.at(filter, page)).filter(({ type }) => isSaid || !isOfMachines(type));
    if (events.length >= limit) break;
  }
  return events.slice(-limit);
}
