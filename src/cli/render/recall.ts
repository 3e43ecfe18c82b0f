import { wrapLines } from '../../core/display-width.ts';
import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { EpisodeCard } from '../../schema/operations/recall.ts';
import type { Paint } from './paint.ts';
import { countText, plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

const MARGIN = 8;
const MOST_LINES = 6;

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

function renderCard(card: EpisodeCard, view: View): string {
  const { paint } = view;
  const who = card.actor === card.agent ? card.agent : `${card.actor} with ${card.agent}`;
  const outcome = outcomePaint(paint)[card.outcome](card.outcome);
  const seen = card.seen > 1 ? paint.dim(`  seen ${card.seen} times`) : '';
  const ids = [...new Set(card.hits.map((hit) => hit.event))].slice(0, 3);
  return [
    `${outcome}  ${paint.bold(safeLine(who))}  ${agoText(card.at, view.now)}  ${paint.dim(safeLine(card.branch))}${seen}`,
    ...part('asked', card.asked, view),
    ...part('did', card.did, view),
    ...part('paths', card.paths.map(safeLine).join(', '), view),
    ...part('why', card.why, view),
    ...ids.map(
      (id, index) => `${paint.dim((index === 0 ? 'ids' : '').padEnd(MARGIN))}${paint.cyan(safeLine(id))}`,
    ),
  ].join('\n');
}

export function renderRecall(output: OutputOf<'recall.search'>, view: View): string {
  const note = safeText(output.note);
  if (output.cards.length === 0) return note === '' ? 'Nothing was found.' : note;
  const unindexed = output.unindexed === 0 ? '' : `, ${countText(output.unindexed)} not yet indexed`;
  const footer = `${plural(output.cards.length, 'card')} from ${plural(output.matched, 'matching event')} in ${safeLine(output.workspace)} (${output.mode} search${unindexed}). More: hivemind show ID`;
  return [
    ...output.cards.map((card) => renderCard(card, view)),
    ...(note === '' ? [] : [note]),
    view.paint.dim(footer),
  ].join('\n\n');
}
