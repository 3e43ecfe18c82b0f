import { wrapLines } from '../../core/display-width.ts';
import { partsByTerms } from '../../core/recall/snippet.ts';
import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { EpisodeCard } from '../../schema/operations/recall.ts';
import type { Paint } from './paint.ts';
import { countText, plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

const MARGIN = 8;
const MOST_LINES = 6;
const linesOfHit = 2;

const outcomePaint = (paint: Paint): Record<EpisodeCard['outcome'], (text: string) => string> => ({
  ok: paint.green,
  failed: paint.red,
  rejected: paint.yellow,
  mixed: paint.yellow,
});

/** `text` under a label, wrapped and cut to a few lines: the id leads to the whole. */
function part(label: string, text: string, view: View): string[] {
  const lines = safeText(text)
    .trim()
    .split(/\n+/)
    .flatMap((line) => wrapLines(line, view.width - MARGIN));
  if (lines.join('') === '') return [];
  const shown =
    lines.length > MOST_LINES
      ? [...lines.slice(0, MOST_LINES - 1), `… ${lines.length - MOST_LINES + 1} more lines`]
      : lines;
  return shown.map((line, index) => `${view.paint.dim((index === 0 ? label : '').padEnd(MARGIN))}${line}`);
}

/** The words that were asked for stand out. */
const highlighted = (text: string, terms: readonly string[], paint: Paint): string =>
  partsByTerms(text, terms)
    .map((piece, at) => (at % 2 === 1 ? paint.bold(piece) : piece))
    .join('');

/** Each hit with its id, and the part of it that says what was asked for. */
function hitLines({ hits }: EpisodeCard, terms: readonly string[], view: View): string[] {
  const { paint, width } = view;
  return hits.flatMap((hit) => {
    const fallen = hit.fallen === undefined ? '' : `(${safeLine(hit.fallen)}) `;
    const [first = '', ...more] = wrapLines(fallen + safeLine(hit.text), width - MARGIN);
    const shown = [first, ...more].slice(0, linesOfHit).map((line) => highlighted(line, terms, paint));
    const head = `${paint.cyan(safeLine(hit.event))} ${paint.dim(safeLine(hit.type))}`;
    return [head, ...shown].map((line) => `${' '.repeat(MARGIN)}${line}`);
  });
}

function renderCard(card: EpisodeCard, terms: readonly string[], view: View): string {
  const { paint } = view;
  const who = card.actor === card.agent ? card.agent : `${card.actor} with ${card.agent}`;
  const outcome = outcomePaint(paint)[card.outcome](card.outcome);
  const seen = card.seen > 1 ? paint.dim(`  seen ${card.seen} times`) : '';
  return [
    `${outcome}  ${paint.bold(safeLine(who))}  ${agoText(card.at, view.now)}  ${paint.dim(safeLine(card.branch))}${seen}`,
    ...part('asked', card.asked, view),
    ...part('did', card.did, view),
    ...part('paths', card.paths.map(safeLine).join(', '), view),
    ...part('why', card.why, view),
    ...hitLines(card, terms, view),
  ].join('\n');
}

function anchorText(anchor: NonNullable<OutputOf<'recall.search'>['anchor']>, { paint, now }: View): string {
  const commit = anchor.commit === null ? 'not committed yet' : anchor.commit.slice(0, 10);
  const line = anchor.line === null ? '' : `\n${paint.dim(safeLine(anchor.line.trim()))}`;
  return `${paint.bold(safeLine(anchor.paths[0] ?? commit))}  ${commit}  ${agoText(anchor.at, now)}  ${safeLine(anchor.subject)}${line}`;
}

export function renderRecall(output: OutputOf<'recall.search'>, view: View): string {
  const note = safeText(output.note);
  if (output.cards.length === 0) return note === '' ? 'Nothing was found.' : note;
  const anchor = output.anchor === null ? [] : [anchorText(output.anchor, view)];
  const unindexed = output.unindexed === 0 ? '' : `, ${countText(output.unindexed)} not yet indexed`;
  const footer = `${plural(output.cards.length, 'card')} from ${plural(output.matched, 'matching event')} in ${safeLine(output.workspace)} (${output.mode} search${unindexed}). More: hivemind show ID`;
  return [
    ...anchor,
    ...output.cards.map((card) => renderCard(card, output.terms, view)),
    ...(note === '' ? [] : [note]),
    view.paint.dim(footer),
  ].join('\n\n');
}
