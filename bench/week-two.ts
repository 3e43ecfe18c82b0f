import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRecall } from '../src/core/cards.ts';
import { errorLine } from '../src/core/recall/outcome.ts';
import type { Event } from '../src/schema/event.ts';
import type { OutputOf } from '../src/schema/operation.ts';
import { type DaemonUnderTest, daemonOf } from './lib/daemon.ts';
import { median, type Report } from './lib/measure.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

const projects = ['agentv-entire', 'oh-my-posh-entire'];
/** What two of the summaries' parts may take, in characters: a task, and how it ended. */
const taskChars = 300;
const endChars = 600;
const filesOfSummary = 10;

/**
 * What an agent that goes on with a project has to read to know what was done before, in tokens, and whether what it then
 * needs is in there. Data: real sessions of two projects (HIVEMIND_BENCH_DATA, its `transcripts/`), in the order of time.
 * Each is cut in the middle of its lines; the first half is imported, with all earlier sessions, and somebody else goes on
 * with the second. Three ways to know of the first are compared:
 *   brief + recall  what `hivemind brief` tells, and what `hivemind recall` answers to the last prompt of the first half, as
 *                   a question and as what is told beside a prompt, all with their default budgets; the clock is that of
 *                   the run, months after the sessions
 *   summary         a stand-in for a file that somebody keeps by hand, for the data has none: of each earlier session and half
 *                   its first prompt (300 characters), its last answer (600) and the first ten files that it edited
 *   transcripts     the text of every event of the earlier sessions, without the JSON around it
 * Needed is what the second half does and what was known before: files that it edits and that were read or edited, error
 * lines that it meets and that were met. A file counts as told where its last two segments
 * stand in the text, an error where its first 60 characters do. Tokens are characters / 4 for all three: no tokenizer is
 * needed to compare them. Sessions that begin with the prompt of another are left out: they are the same run, kept twice.
 */
export async function benchWeekTwo(): Promise<Report> {
  const data = process.env.HIVEMIND_BENCH_DATA;
  const transcripts = join(data ?? '', 'transcripts');
  if (data === undefined || !existsSync(transcripts)) {
    process.stderr.write('week-two: no data (HIVEMIND_BENCH_DATA, or --data DIR with transcripts/)\n');
    return { bench: 'week-two', rows: [], ratios: [] };
  }
  const world = makeWorld();
  try {
    const steps: Step[] = [];
    for (const project of projects) steps.push(...(await followProject(world, transcripts, project)));
    return reportOf(steps);
  } finally {
    world.remove();
  }
}

interface Told {
  tokens: number;
  files: number;
  errors: number;
}

/** One session that could know of earlier ones. */
interface Step {
  project: string;
  session: string;
  earlier: number;
  files: number;
  errors: number;
  ours: Told;
  summary: Told;
  transcripts: Told;
}

async function followProject(world: BenchWorld, transcripts: string, project: string): Promise<Step[]> {
  const daemon = daemonOf(world, project);
  world.hivemind('workspace', 'create', project, '--no-bind');
  const earlier: Event[][] = [];
  const begun = new Set<string>();
  const steps: Step[] = [];
  for (const { session, path } of sessionsOf(transcripts, project)) {
    const whole = await readAlone({ world, daemon }, `${project} ${session}`, path);
    const prompt = whole.find(isPrompt)?.text;
    if (prompt === undefined || begun.has(prompt)) continue;
    begun.add(prompt);
    const half = join(world.dir, `${session}.jsonl`);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(half, `${lines.slice(0, Math.ceil(lines.length / 2)).join('\n')}\n`);
    const first = await readAlone({ world, daemon }, `${project} ${session} half`, half);
    world.hivemind('import', half, '--workspace', project);
    const known = new Set(first.map(({ fact }) => fact));
    const rest = whole.filter(({ fact }) => !known.has(fact));
    const last = first.findLast(isPrompt)?.text ?? prompt;
    steps.push(
      await stepOf(
        { daemon, project, session },
        { prompt: last, events: rest, earlier: [...earlier, first] },
      ),
    );
    world.hivemind('import', path, '--workspace', project);
    earlier.push(whole);
  }
  return steps;
}

const isPrompt = ({ type, actor }: Event): boolean => type === 'turn.prompted' && actor.kind === 'human';

/** The events of a transcript in a workspace of its own. */
async function readAlone(
  { world, daemon }: { world: BenchWorld; daemon: DaemonUnderTest },
  workspace: string,
  path: string,
): Promise<Event[]> {
  world.hivemind('workspace', 'create', workspace, '--no-bind');
  world.hivemind('import', path, '--workspace', workspace);
  return eventsOf(daemon, workspace);
}

function sessionsOf(transcripts: string, project: string): { session: string; path: string }[] {
  const text = readFileSync(join(transcripts, project, 'manifest.json'), 'utf8');
  return (JSON.parse(text) as { session: string; created: string }[])
    .sort((a, b) => (a.created < b.created ? -1 : 1))
    .map(({ session }) => ({
      session,
      path: join(transcripts, project, 'sessions', session, 'full.jsonl'),
    }))
    .filter(({ path }) => existsSync(path));
}

async function eventsOf(daemon: DaemonUnderTest, workspace: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let after: string | undefined; ; ) {
    const page = await daemon.call<{ events: Event[]; next: string | null }>('event.export', {
      workspace,
      ...(after === undefined ? {} : { after }),
    });
    events.push(...page.events);
    if (page.next === null) return events;
    after = page.next;
  }
}

async function stepOf(
  { daemon, project, session }: { daemon: DaemonUnderTest; project: string; session: string },
  { prompt, events, earlier }: { prompt: string; events: Event[]; earlier: Event[][] },
): Promise<Step> {
  const brief = await daemon.call<{ text: string }>('brief.show', { workspace: project });
  const asked = { workspace: project, query: prompt.slice(0, 4000) };
  const recall = await daemon.call<OutputOf<'recall.search'>>('recall.search', asked);
  const beside = await daemon.call<OutputOf<'recall.search'>>('recall.search', {
    ...asked,
    intent: 'context',
    limit: 2,
    budget: 450,
  });
  const whole = earlier
    .flat()
    .map(({ text }) => text)
    .join('\n');
  const known = new Set(earlier.flat().flatMap(({ paths }) => paths.map(endOf)));
  const files = [...new Set(editsOf(events))].filter((path) => known.has(endOf(path)));
  const errors = [...new Set(events.map(errorLine))]
    .map((line) => line.slice(0, 60))
    .filter((line) => line.length > 15 && whole.includes(line));
  const told = (text: string): Told => ({
    tokens: Math.ceil(text.length / 4),
    files: files.filter((path) => text.includes(endOf(path))).length,
    errors: errors.filter((line) => text.includes(line)).length,
  });
  return {
    project,
    session: session.slice(0, 8),
    earlier: earlier.length,
    files: files.length,
    errors: errors.length,
    ours: told([brief.text, renderRecall(recall), renderRecall(beside)].join('\n')),
    summary: told(earlier.map(summaryOf).join('\n')),
    transcripts: told(whole),
  };
}

const editsOf = (events: readonly Event[]): string[] =>
  events.filter(({ type }) => type === 'file.edited').flatMap(({ paths }) => paths);

const endOf = (path: string): string => path.split('/').slice(-2).join('/');

function summaryOf(events: readonly Event[]): string {
  const asked = events.find(isPrompt);
  const ended = events.findLast(({ type }) => type === 'turn.replied');
  const files = [...new Set(editsOf(events))].slice(0, filesOfSummary);
  return [asked?.text.slice(0, taskChars), ended?.text.slice(0, endChars), files.join(', ')].join('\n');
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const percent = (part: number, of: number): string => (of === 0 ? '-' : `${Math.round((100 * part) / of)} %`);

function reportOf(steps: readonly Step[]): Report {
  const files = sum(steps.map((step) => step.files));
  const errors = sum(steps.map((step) => step.errors));
  const totals = (name: 'ours' | 'summary' | 'transcripts') => ({
    'tokens p50': median(steps.map((step) => step[name].tokens)),
    'tokens most': Math.max(...steps.map((step) => step[name].tokens)),
    'files told': `${sum(steps.map((step) => step[name].files))} of ${files} (${percent(sum(steps.map((step) => step[name].files)), files)})`,
    'errors told': `${sum(steps.map((step) => step[name].errors))} of ${errors} (${percent(sum(steps.map((step) => step[name].errors)), errors)})`,
  });
  const rows = steps.map((step): [string, Record<string, string | number>] => [
    `${step.project} ${step.session} after ${step.earlier}`,
    Object.fromEntries(
      (['ours', 'summary', 'transcripts'] as const).map((name) => [
        name,
        `${step[name].tokens} tokens, ${step[name].files}/${step.files} files, ${step[name].errors}/${step.errors} errors`,
      ]),
    ),
  ]);
  const ours = median(steps.map((step) => step.ours.tokens));
  const value = (name: 'summary' | 'transcripts'): number =>
    Math.round((1000 * ours) / median(steps.map((step) => step[name].tokens))) / 1000;
  return {
    bench: 'week-two',
    rows: [],
    ratios: [
      {
        name: 'tokens over transcripts',
        value: value('transcripts'),
        target: 0.05,
        ok: value('transcripts') <= 0.05,
      },
      { name: 'tokens over a summary', value: value('summary'), target: 2, ok: value('summary') <= 2 },
    ],
    findings: {
      'brief + recall': totals('ours'),
      summary: totals('summary'),
      transcripts: totals('transcripts'),
      ...Object.fromEntries(rows),
    },
  };
}
