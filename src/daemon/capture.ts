import type { Agent, Translation } from '../agents/agent.ts';
import { agentNamed } from '../agents/index.ts';
import { editedPaths } from '../core/claims/edited-paths.ts';
import { Draft, type DraftInput } from '../schema/event.ts';
import { sessionId } from '../schema/ids.ts';
import type { OutputOf, ParsedOf } from '../schema/operation.ts';
import { gitAgent } from '../schema/own-agents.ts';
import { type BranchWanted, branchToCapture, branchToRead } from './branching.ts';
import { createExclusion } from './exclusion.ts';
import { captureGit } from './git/capture.ts';
import type { Log } from './log.ts';
import type { Pauses } from './pauses.ts';
import { type CaptureRule, captureRule } from './project-config.ts';
import type { Tail } from './transcripts/tail.ts';
import type { LiveWorkspace, Workspaces } from './workspaces.ts';

/** Longest context that a hook hands to an agent, in characters: above 10,000 Claude Code moves it to a file, Codex cuts it. */
export const contextLimit = 8_000;

export interface Capture {
  hook(input: ParsedOf<'capture.hook'>): Promise<OutputOf<'capture.hook'>>;
  /** Appends drafts of one agent about `cwd`, unless the project's rule says otherwise. */
  drafts(
    live: LiveWorkspace,
    cwd: string,
    drafts: readonly DraftInput[],
    about?: { branch?: string | undefined; delivery?: string | undefined; isPast?: boolean },
  ): Promise<{ appended: number; duplicates: number; kept: Draft[] }>;
}

/** For whom a brief is wanted: an agent's session, in a directory. */
export interface ReaderOf {
  session: string | null;
  agent: string | null;
  moment: 'start' | 'compaction' | 'subagent';
  cwd: string;
}

export interface ToldBrief {
  text: string;
  /** Handoffs of which it tells everything. */
  handoffs: readonly string[];
}

interface CaptureParts {
  workspaces: Workspaces;
  pauses: Pauses;
  now: () => number;
  log: Log;
  /** Reads on in a transcript that a hook has named. */
  readOn: Tail['readOn'];
  /** The brief for a session that begins or goes on. */
  brief: (live: LiveWorkspace, reader: ReaderOf & BranchWanted) => Promise<ToldBrief>;
}

/** How long a directory's rule is taken for true: hooks come in bursts. */
const rememberedMs = 2_000;

/** Turns hook payloads into events of the workspace that their directory is bound to. */
export function createCapture(parts: CaptureParts): Capture {
  const { workspaces, pauses, now, log } = parts;
  const exclusion = createExclusion();
  const rules = new Map<string, { rule: Promise<CaptureRule>; until: number }>();

  const ruleFor = (cwd: string): Promise<CaptureRule> => {
    const known = rules.get(cwd);
    if (known !== undefined && known.until > performance.now()) return known.rule;
    if (rules.size > 1000) rules.clear();
    const rule = captureRule(cwd, log);
    rules.set(cwd, { rule, until: performance.now() + rememberedMs });
    return rule;
  };

  const drafts: Capture['drafts'] = async (live, cwd, inputs, about = {}) => {
    const { branch, delivery, isPast = false } = about;
    const rule = await ruleFor(cwd);
    if (!rule.capture) return { appended: 0, duplicates: 0, kept: [] };
    const kept = inputs
      .flatMap((input) => validate(input, log))
      .filter((draft) => !pauses.covers(live.open.workspace.id, draft.at ?? now()))
      .filter((draft) => !exclusion.leavesOut(draft, rule))
      .map((draft) => (rule.narrows ? withoutRaw(draft) : draft));
    if (kept.length === 0) return { appended: 0, duplicates: 0, kept };
    const total = { appended: 0, duplicates: 0 };
    // One hook speaks of one session; an import may bring many, each of which may have a branch of its own.
    for (const [caller, some] of bySession(kept)) {
      const agent = some[0]?.agent ?? 'agent';
      const line = await branchToCapture(live, { branch, cwd, caller }, { agent, isPast });
      const { ids, duplicates } = await live.appender.append(some, { branch: line.id, delivery });
      total.appended += ids.length;
      total.duplicates += duplicates;
      // What was told before claims nothing anew.
      if (!isPast && ids.length > 0) live.claims.note(some, { cwd, branch: line.id });
    }
    return { ...total, kept };
  };

  const contextFor = async (
    live: LiveWorkspace,
    { wants, session }: Translation,
    wanted: BranchWanted & { cwd: string },
    agent: string,
  ): Promise<Told> => {
    const { injection, warnings, claims } = live.open.settings.current;
    if (wants === null) return nothing;
    const rule = await ruleFor(wanted.cwd);
    const isHeard = session !== null && rule.capture;
    if (!isHeard && wants.kind !== 'brief') return nothing;
    const { id: branch } = await branchToRead(live, wanted);
    // A brief says itself what was lost.
    if (wants.kind === 'brief' && injection !== 'off')
      return said(await briefed(live, { session, agent, moment: wants.moment ?? 'start' }, wanted));
    const lost = isHeard && claims !== 'off' ? await live.claims.ofLost({ session, branch }) : '';
    if (wants.kind === 'brief') return said(lost);
    if (session === null) return nothing;
    if (wants.kind === 'context') {
      if (injection !== 'context') return said(lost);
      return said(lost, await live.injections.forPrompt({ prompt: wants.prompt, session, branch }));
    }
    const edit = {
      session: wants.rootSession,
      branch,
      cwd: wanted.cwd,
      paths: editedPaths(wants.tool, wants.input),
    };
    const note = claims === 'off' ? '' : await live.claims.beforeEdit(edit);
    if (!rule.excludes(edit.paths)) live.claims.edit({ ...edit, agent });
    const warning =
      warnings === 'on' ? await live.learner.warnings.judge({ call: wants, session, branch }) : '';
    return { text: said(lost, note, warning).text, ask: note !== '' && claims === 'ask' };
  };

  const briefed = async (
    live: LiveWorkspace,
    reader: Omit<ReaderOf, 'cwd'>,
    wanted: BranchWanted & { cwd: string },
  ): Promise<string> => {
    const startedAt = performance.now();
    const { session } = reader;
    const { text, handoffs } = await parts.brief(live, { ...reader, ...wanted });
    if (text === '' || session === null) return text;
    const { id: branch } = await branchToRead(live, wanted);
    live.injections.noteBrief({ session, branch, text, ms: performance.now() - startedAt, handoffs });
    return text;
  };

  const hook: Capture['hook'] = async (input) => {
    if (input.agent === gitAgent) return captureGit({ workspaces, now, log, drafts }, input);
    const agent = agentNamed(input.agent);
    const at = input.at ?? now();
    const bytes = input.bytes === undefined ? {} : { bytes: input.bytes };
    const translation = agent.translate({ event: input.event, payload: input.payload, at, ...bytes });
    const cwd = translation.cwd ?? input.cwd ?? null;
    const bound = cwd === null ? null : await workspaces.registry.boundTo(cwd);
    if (bound === null || cwd === null)
      return {
        workspace: null,
        placed: cwd !== null || translation.drafts.length === 0,
        appended: 0,
        duplicates: 0,
        stdout: '',
      };
    if (pauses.covers(bound.id, at))
      return { workspace: bound.id, placed: true, appended: 0, duplicates: 0, stdout: '' };
    const live = await workspaces.live(bound);
    const linked = linkOf(translation, agent, input.parent, at);
    const { appended, duplicates } = await drafts(live, cwd, [...translation.drafts, ...linked], {
      branch: input.branch,
      delivery: input.delivery,
    });
    const wanted = { branch: input.branch, cwd, caller: translation.session ?? undefined };
    if (translation.transcript !== null)
      void parts.readOn(agent, translation.transcript, { cwd, branch: input.branch });
    // What was captured is stored: context that fails must not make the hook send it again.
    const told = await contextFor(live, translation, wanted, agent.name).catch((error) => {
      log.error(`no ${translation.wants?.kind} for an agent`, error, { workspace: bound.id });
      return nothing;
    });
    return {
      workspace: bound.id,
      placed: true,
      appended,
      duplicates,
      stdout: reply(agent, input.event, told),
    };
  };

  return { hook, drafts };
}

/** Says by whom a session was started that runs in another agent's shell. */
function linkOf(
  { session, wants }: Translation,
  { name }: Agent,
  parent: string | undefined,
  at: number,
): DraftInput[] {
  const [, agent, nativeId] = /^([a-z][a-z0-9-]{0,63}):(.{1,500})$/s.exec(parent ?? '') ?? [];
  if (agent === undefined || nativeId === undefined || session === null || wants?.kind !== 'brief') return [];
  const parentSession = sessionId(agent, nativeId);
  if (parentSession === session) return [];
  return [
    {
      type: 'session.linked',
      agent: name,
      session,
      identity: { nativeId: parentSession, phase: 'linked' },
      actor: { kind: 'daemon', name },
      at,
      text: `started by ${agent}`,
      body: { parentSession },
    },
  ];
}

/** Drafts by the session at the root of theirs. */
const bySession = (drafts: readonly Draft[]): Map<string, Draft[]> =>
  Map.groupBy(drafts, ({ session, rootSession = session }) => rootSession);

/** A payload that could not be read may be about an excluded path: that it came is kept, what stood in it is not. */
function withoutRaw(draft: Draft): Draft {
  if (draft.type !== 'hook.unreadable') return draft;
  const { raw: _, ...body } = draft.body;
  return { ...draft, text: draft.text.split('\n')[0] ?? '', body: { ...body, raw: '' } };
}

/** What an agent is told, and whether its user is to be asked about the call first. */
interface Told {
  text: string;
  ask: boolean;
}

const nothing: Told = { text: '', ask: false };

const said = (...parts: string[]): Told => ({
  text: parts.filter((part) => part !== '').join('\n'),
  ask: false,
});

const reply = (agent: Agent, event: string, { text, ask }: Told): string =>
  text === '' ? '' : agent.hookReply(event, text.slice(0, contextLimit), { ask });

/** An adapter's draft that breaks the schema is a bug of ours: logged without its content, and left out. */
function validate(input: DraftInput, log: Log): Draft[] {
  const parsed = Draft.safeParse(input);
  if (parsed.success) return [parsed.data];
  log.error(
    'an adapter made a draft that breaks the schema',
    parsed.error.issues.map(({ path, code }) => ({ path, code })),
    { type: input.type },
  );
  return [];
}
