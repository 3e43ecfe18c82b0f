import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Discretion, discreet, discretionFor } from '../core/replay/discreet.ts';
import {
  type Sheet,
  type SheetStep,
  sheetKnowledge,
  sheetSession,
  sheetStep,
  sheetTitled,
} from '../core/replay/sheet.ts';
import { sheetHtml } from '../core/replay/sheet-html.ts';
import { safeLine } from '../core/safe-text.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import type { Call, CallContext, InputOf, OutputOf } from '../schema/operation.ts';
import { packageDir } from '../wire/paths.ts';
import { countText, sizeText } from './render/size.ts';

/** More than this a browser opens slowly, and nobody sends by mail. */
const mostBytes = 20_000_000;
const pageSteps = 200;
const laneBuckets = 160;

export interface SheetRequest {
  call: Call;
  context: Partial<CallContext>;
  input: InputOf<'replay.show'>;
  /** Where the page goes; `-`: standard output. */
  file: string;
  /** Write over a file that is there. */
  force: boolean;
}

/**
 * Writes a replay as one page that needs nothing else: redacted, and without the names of this machine. Throws
 * ALREADY_EXISTS where there is such a file.
 */
export async function saveSheet(request: SheetRequest): Promise<void> {
  const { file, force } = request;
  if (file !== '-' && !force && existsSync(file)) throw alreadyThere(file);
  const sheet = await collect(request);
  const html = compose(sheet);
  if (file === '-') process.stdout.write(html);
  else write(file, html, force);
  const left =
    sheet.leftOut === 0 ? '' : `; ${countText(sheet.leftOut)} steps would not fit and are left out`;
  process.stderr.write(
    `wrote ${file === '-' ? 'the page' : safeLine(file)}: ${countText(sheet.steps.length)} steps, ${sizeText(Buffer.byteLength(html))}${left}\n`,
  );
}

const alreadyThere = (file: string): AppError =>
  new AppError('ALREADY_EXISTS', `${safeLine(file)} is there already`, {
    hint: `hivemind replay --html ${shellWord(file)} --force`,
  });

function write(file: string, html: string, force: boolean): void {
  try {
    writeFileSync(file, html, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw alreadyThere(file);
    throw new AppError(
      'FAILED_PRECONDITION',
      `${safeLine(file)} cannot be written: ${safeLine(String(error))}`,
      {
        hint: 'hivemind replay --html FILE, in a folder that is there and is yours',
      },
    );
  }
}

/** Older steps may come in while they are read, and the numbers are others then: so often it is begun anew. */
const mostReadings = 3;

async function collect(request: SheetRequest): Promise<Sheet> {
  for (let reading = 0; reading < mostReadings; reading += 1) {
    const sheet = await readSheet(request);
    if (sheet !== null) return sheet;
  }
  throw new AppError('ABORTED', 'older steps came in again and again while the replay was read', {
    hint: 'hivemind replay --html FILE, once the import is done',
  });
}

/** Null: steps have other numbers than they had in the beginning. */
async function readSheet({ call, context, input }: SheetRequest): Promise<Sheet | null> {
  const discretion = discretionFor(thisMachine());
  const after = input.after ?? 0;
  const ask = (skip: number, limit: number, state = false) =>
    call('replay.show', { ...subject, after: skip, limit, state }, context);
  let subject = input;
  const first = await ask(after, pageSteps);
  // "The last session" may be another one by the time of the next page.
  if (first.session !== null) subject = { ...input, session: first.session.id };
  const steps: SheetStep[] = [];
  const children = new Map<string, OutputOf<'replay.show'>['children'][number]>();
  let [page, sizeBytes, isFull] = [first, 0, false];
  const wanted = Math.max(0, first.total - after);
  for (;;) {
    if (page.order !== first.order) return null;
    for (const child of page.children) children.set(child.id, child);
    for (const event of page.steps) {
      const step = sheetStep(event, discretion);
      sizeBytes += Buffer.byteLength(JSON.stringify(step)) + 1;
      isFull = sizeBytes > mostBytes;
      if (isFull) break;
      steps.push(step);
    }
    if (isFull || page.steps.length === 0 || steps.length >= wanted) break;
    page = await ask(after + steps.length, Math.min(pageSteps, wanted - steps.length));
  }
  const last = steps.length === 0 ? first : await ask(after + steps.length - 1, 1, true);
  if (last.order !== first.order) return null;
  const lanes = await call('replay.lanes', { ...laneInput(subject), buckets: laneBuckets }, context);
  return {
    subject: sheetTitled(first.subject, discretion),
    session: first.session === null ? null : sheetSession(first.session, discretion),
    children: [...children.values()].map((session) => sheetSession(session, discretion)),
    agents: discreet(first.agents, discretion),
    steps,
    leftOut: Math.max(0, wanted - steps.length),
    lanes: sheetLanes(lanes, discretion, after),
    known: last.state === null ? null : sheetKnowledge(last.state, discretion),
    madeAt: Date.now(),
  };
}

function laneInput({
  after: _after,
  limit: _limit,
  state: _state,
  ...subject
}: InputOf<'replay.show'>): InputOf<'replay.lanes'> {
  return subject;
}

/** The lanes by the numbers that the steps have in the page. */
function sheetLanes(
  { from, to, bucketMs, first, lanes, total }: OutputOf<'replay.lanes'>,
  discretion: Discretion,
  after: number,
): Sheet['lanes'] {
  const here = (step: number): number => Math.max(0, step - after);
  return {
    from,
    to,
    bucketMs,
    first: first.map(here),
    lanes: lanes.map((lane) => ({ ...sheetTitled(lane, discretion), first: here(lane.first) })),
    total,
  };
}

function thisMachine() {
  const home = homedir();
  const homes = [home];
  try {
    homes.push(realpathSync.native(home));
  } catch {
    // A home that is not there is named nowhere by its real path.
  }
  let user = '';
  try {
    user = userInfo().username;
  } catch {
    // A user without an entry in the password file has no name that could be told.
  }
  return { homes, user, host: hostname() };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

function compose(sheet: Sheet): string {
  const folder = join(packageDir(), 'dist', 'web-sheet');
  const script = readFileSync(join(folder, 'sheet.js'), 'utf8').replace(/<(?=[/!])/g, '\\x3c');
  const style = readFileSync(join(folder, 'sheet.css'), 'utf8');
  const title = safeLine(sheet.session?.title ?? sheet.subject.title) || 'Replay';
  return sheetHtml({
    title: `${title} · Hivemind`,
    script,
    scriptHash: hashOf(script),
    style,
    styleHash: hashOf(style),
    data: JSON.stringify(sheet),
  });
}
