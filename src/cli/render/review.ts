import { safeLine, safeText } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import { placeText } from '../../core/step-view.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Review, ReviewRow } from '../../schema/operations/review.ts';
import { kindsText } from './branch.ts';
import { renderEntry } from './entry.ts';
import { renderCommit } from './log.ts';
import { renderChanges, renderConflicts, renderVerdicts } from './merge.ts';
import type { Paint } from './paint.ts';
import { countText, plural } from './size.ts';
import { renderTable } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Shown = OutputOf<'review.show'>;
type State = Shown['state'];

/** Every state has a word and a sign: colour alone says nothing to some, and nothing in a pipe. */
const states: Record<State, { mark: string; text: string; style: keyof Paint }> = {
  open: { mark: '○', text: 'open', style: 'yellow' },
  approved: { mark: '✓', text: 'approved', style: 'green' },
  'changes-requested': { mark: '✗', text: 'changes requested', style: 'red' },
  merged: { mark: '●', text: 'merged', style: 'cyan' },
};

const stateText = (state: State): string => `${states[state].mark} ${states[state].text}`;
const paintState = (state: State, { paint }: View): string => paint[states[state].style](stateText(state));

export function renderReviewList({ into, rows, total }: OutputOf<'review.list'>, view: View): string {
  if (rows.length === 0) return `Nothing waits: ${safeLine(into)} sees everything on the other branches.`;
  const table = renderTable<ReviewRow>(
    rows,
    [
      { header: 'BRANCH', cell: ({ branch }) => branch.name, shrinks: true, style: view.paint.bold },
      {
        header: 'STATE',
        cell: ({ state }) => stateText(state),
        style: (text, { state }) => view.paint[states[state].style](text),
      },
      { header: 'BRINGS', cell: ({ branch }) => countText(branch.ahead), align: 'right' },
      { header: 'BEHIND', cell: ({ branch }) => countText(branch.behind), align: 'right' },
      { header: 'REVIEWS', cell: ({ reviews }) => countText(reviews), align: 'right' },
      { header: 'AGENT', cell: ({ branch }) => branch.agent ?? '-', shrinks: true },
      { header: 'LAST', cell: ({ branch }) => agoText(branch.lastAt, view.now) },
    ],
    view,
  );
  const hidden = total - rows.length;
  const first = rows[0]?.branch.name ?? '';
  const more =
    hidden > 0 ? [view.paint.dim(`${plural(hidden, 'more branch')} not shown: --limit ${total}`)] : [];
  return [table, ...more, view.paint.dim(`Look at one: hivemind review show ${shellWord(first)}`)].join('\n');
}

const headed = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines];

/** So many sessions and commits stand in a terminal; --json has all. */
const mostLines = 20;

function limited<T>(all: readonly T[], lines: (one: T) => string[], view: View): string[] {
  const shown = all.slice(0, mostLines).flatMap(lines);
  const hidden = all.length - mostLines;
  return hidden > 0 ? [...shown, view.paint.dim(`  and ${hidden} more`)] : shown;
}

export function renderReview(output: Shown, view: View): string {
  const { bold, dim } = view.paint;
  const [source, into] = [safeLine(output.source), safeLine(output.into)];
  const { state, ahead, behind, sessions, commits, reviews } = output;
  return [
    `${bold(source)} into ${bold(into)}: ${paintState(state, view)}`,
    ahead === 0
      ? `${into} sees everything on ${source}.`
      : `It would bring ${plural(ahead, 'event')}${behind > 0 ? `, and has not seen ${plural(behind, 'event')} of ${into}` : ''}:`,
    ...(ahead === 0 ? [] : renderEntry({ indent: 2, text: kindsText(output.kinds) }, view)),
    ...headed(
      `${plural(sessions.length, 'session')}:`,
      limited(sessions, (one) => sessionLines(one, view), view),
    ),
    ...headed(
      `${plural(commits.length, 'commit')}:`,
      limited(commits, (one) => indented(renderCommit(one, view)), view),
    ),
    ...renderChanges(output.changes.filter(saysSomething), view),
    ...renderConflicts(output.conflicts, view),
    ...renderVerdicts(output.verdicts, view),
    ...headed(
      'What was said:',
      reviews.flatMap((review) => reviewLines(review, view)),
    ),
    ...nextLines(output, dim),
  ].join('\n');
}

/** A record that is new names all of its fields, also those that are empty. */
const saysSomething = ({ before, after }: Shown['changes'][number]): boolean =>
  !(isNothing(before) && isNothing(after));

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function sessionLines(session: Shown['sessions'][number], view: View): string[] {
  const failures = session.failures === 0 ? '' : `, ${plural(session.failures, 'failure')}`;
  return renderEntry(
    {
      indent: 2,
      lead: `${safeLine(session.agent)} `,
      leadStyle: view.paint.bold,
      text: safeLine(session.title) || '(no title)',
      tail: `${plural(session.events, 'event')}${failures}, ${agoText(session.lastAt, view.now)}  ${session.id.slice(-8)}`,
      tailStyle: view.paint.dim,
    },
    view,
  );
}

const verdicts: Record<Review['verdict'], { text: string; style: keyof Paint }> = {
  approved: { text: 'approved', style: 'green' },
  'changes-requested': { text: 'asks for changes', style: 'red' },
  commented: { text: 'says', style: 'bold' },
};

/** What keeps a verdict from being what it says. */
function doubtsOf({ verdict, actor, isStale, counts, standing, signer }: Review): string[] {
  if (verdict === 'commented') return actor === 'human' ? [] : ['an agent'];
  return [
    ...(actor === 'human' ? [] : [verdict === 'approved' ? 'an agent: does not count' : 'an agent']),
    ...(isStale ? ['before the branch changed'] : []),
    ...(!isStale && !counts && actor === 'human' ? ['taken back'] : []),
    ...(standing === 'unverified' && actor === 'human' ? ['unverified'] : []),
    ...(signer === null ? [] : [`signed by ${safeLine(signer)}`]),
  ];
}

export function reviewLines(review: Review, view: View): string[] {
  const { paint } = view;
  const { text, style } = verdicts[review.verdict];
  const answered = review.replyTo === null ? '' : ` to ${review.replyTo.slice(-8)}`;
  const doubts = doubtsOf(review);
  const tail = [
    ...(doubts.length === 0 ? [] : [`(${doubts.join(', ')})`]),
    agoText(review.at, view.now),
    review.event.slice(-8),
  ].join('  ');
  const place = placeText(review.place);
  return [
    ...renderEntry(
      {
        indent: review.replyTo === null ? 2 : 4,
        text: `${safeLine(review.by)} ${text}${answered}`,
        style: review.counts ? paint[style] : (line) => line,
        tail,
        tailStyle: paint.dim,
      },
      view,
    ),
    ...(place === '' ? [] : [`    ${paint.cyan(place)}`]),
    ...safeText(review.comment)
      .split('\n')
      .flatMap((line) => (line.trim() === '' ? [] : renderEntry({ indent: 4, text: line.trimEnd() }, view))),
  ];
}

function nextLines({ state, source, into, head }: Shown, dim: Paint['dim']): string[] {
  if (state === 'merged') return [];
  const where = `${shellWord(source)}${into === 'main' ? '' : ` --into ${shellWord(into)}`}`;
  const verb =
    state === 'approved' ? `hivemind merge ${where}` : `hivemind review approve ${where} --head ${head}`;
  return ['', dim(`Next: ${verb}`), dim(`   or: hivemind review ask ${where} "what has to change"`)];
}

const saidText: Record<Review['verdict'], string> = {
  approved: 'Approved',
  'changes-requested': 'Asked for changes',
  commented: 'Commented',
};

export function renderReviewed({ review, state }: OutputOf<'review.approve'>, view: View): string {
  const mark = view.paint.green(saidText[review.verdict]);
  const isIdle = review.verdict === 'approved' && !review.counts;
  return [
    `${mark} (${review.event.slice(-8)}): ${paintState(state, view)}`,
    ...(isIdle ? [view.paint.yellow("An agent's approval is shown, and does not count.")] : []),
    ...(review.verdict !== 'commented' && review.standing === 'unverified' && !isIdle
      ? [view.paint.dim('It is not signed by a key that you trust: it is shown as unverified.')]
      : []),
    ...(review.signer === null ? [] : [`Signed by ${safeLine(review.signer)}.`]),
  ].join('\n');
}
