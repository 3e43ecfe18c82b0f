import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { claimText } from './plan-detail.ts';
import { marks, renderNotes, tailOf } from './plan-item.ts';
import { plural } from './size.ts';
import type { View } from './view.ts';

type Next = OutputOf<'plan.next'>;

/** What to do next, why, and whose it is now. */
export function renderNext(output: Next, view: View): string {
  const { offers, total, open, branch, notes } = output;
  const left = total - offers.length;
  const nothing =
    open === 0
      ? `Nothing is open on ${safeLine(branch)}.`
      : `Nothing of ${plural(open, 'open item')} on ${safeLine(branch)} can be begun: hivemind plan graph --open`;
  const lines =
    output.taken === null
      ? [...(offers.length === 0 ? [nothing] : offers.flatMap((offer) => renderOffer(offer, view)))]
      : renderTaken(output.taken, offers[0], view);
  return [
    ...lines,
    ...output.lost.flatMap(({ title, heldBy }) =>
      renderEntry(
        {
          indent: 0,
          lead: 'taken by ',
          leadStyle: view.paint.yellow,
          text: `${safeLine(heldBy.holder)}: ${safeLine(title)}`,
          tail: claimText(heldBy, view),
          tailStyle: view.paint.dim,
        },
        view,
      ),
    ),
    ...renderNotes(notes, view),
    ...(output.taken === null && offers.length > 0 && left > 0
      ? [view.paint.dim(`${left} more: hivemind plan next --limit ${Math.min(100, total)}`)]
      : []),
  ].join('\n');
}

function renderOffer({ item, footing, why, unblocks }: Next['offers'][number], view: View): string[] {
  const { mark, style } = marks[item.state];
  return [
    ...renderEntry(
      {
        indent: 0,
        lead: `${mark} `,
        leadStyle: view.paint[style],
        text: safeLine(item.title),
        tail: tailOf(item),
        tailStyle: view.paint.dim,
      },
      view,
    ),
    ...renderWhy(footing, why, view),
    ...unblocks.slice(0, mostShown).flatMap(({ title, id }) =>
      renderEntry(
        {
          indent: 4,
          lead: 'unblocks ',
          leadStyle: view.paint.green,
          text: safeLine(title),
          tail: safeLine(id.slice(-6)),
          tailStyle: view.paint.dim,
        },
        view,
      ),
    ),
    ...(unblocks.length > mostShown ? [`    and ${unblocks.length - mostShown} more`] : []),
  ];
}

const mostShown = 5;

const renderWhy = (footing: string, why: readonly string[], view: View): string[] =>
  renderEntry(
    {
      indent: 4,
      lead: `${footing.replace('-', ' ')}: `,
      leadStyle: footing === 'ready' ? view.paint.green : view.paint.yellow,
      text: why.map(safeLine).join('; '),
    },
    view,
  );

function renderTaken(
  { item, claim }: NonNullable<Next['taken']>,
  offer: Next['offers'][number] | undefined,
  view: View,
): string[] {
  return [
    ...renderEntry(
      {
        indent: 0,
        lead: `${claim.standing === 'confirmed' ? 'Yours' : 'Yours for now'}: `,
        leadStyle: claim.standing === 'confirmed' ? view.paint.green : view.paint.yellow,
        text: safeLine(item.title),
        tail: tailOf(item),
        tailStyle: view.paint.dim,
      },
      view,
    ),
    ...(offer === undefined ? [] : renderOffer(offer, view).slice(1)),
    ...renderEntry(
      { indent: 4, text: `${claim.standing}, ${claimText(claim, view)}`, style: view.paint.dim },
      view,
    ),
    view.paint.dim(`    when it is done: hivemind plan set ${item.id.slice(-6)} --state done`),
  ];
}
