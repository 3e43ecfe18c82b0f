import { addresseeText, contentLines, tokensText, wholeHandoff } from '../../core/handoff-text.ts';
import { shorten } from '../../core/quote.ts';
import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { HandoffView } from '../../schema/operations/handoff.ts';
import { renderEntry } from './entry.ts';
import type { Paint } from './paint.ts';
import { agoText, clockText, dayText } from './time.ts';
import type { View } from './view.ts';

/** Longest task in a list, in characters. */
const TASK = 200;

const styles: Record<HandoffView['posting']['state'], keyof Paint> = {
  offered: 'cyan',
  accepted: 'green',
  declined: 'red',
  withdrawn: 'dim',
  expired: 'yellow',
};

export function renderHandoffs({ handoffs, total, branch }: OutputOf<'handoff.list'>, view: View): string {
  if (handoffs.length === 0)
    return `No handoffs on ${safeLine(branch)}. Give work over: hivemind handoff offer --task "…" --next "…"`;
  const more =
    total > handoffs.length ? [view.paint.dim(`${total - handoffs.length} more: --limit ${total}`)] : [];
  return [...handoffs.flatMap((one) => renderListed(one, view)), ...more].join('\n');
}

/** Two lines: what and how far it came, then for whom and how long it is. */
function renderListed({ posting, content, branch, standing }: HandoffView, view: View): string[] {
  const { paint } = view;
  const what = content === null ? unseen(branch) : shorten(safeLine(content.task), TASK);
  const facts = [
    `${safeLine(posting.from)} → ${addresseeText(posting.to)}`,
    ...(posting.state === 'offered' ? [] : [byText(posting, standing)]),
    agoText(posting.updatedAt, view.now),
    ...(content?.tokens === undefined ? [] : [tokensText(content.tokens)]),
    posting.id.slice(-6),
  ];
  const style = paint[styles[posting.state]];
  return [
    ...renderEntry({ indent: 0, lead: posting.state.padEnd(10), leadStyle: style, text: what }, view),
    ...renderEntry({ indent: 10, text: facts.join(' · '), style: paint.dim }, view),
  ];
}

const unseen = (branch: string): string => `(what it says stands on the branch ${safeLine(branch)})`;

/** Who answered it; a person may have done so in the name of an agent. */
function byText({ state, takenBy, by }: HandoffView['posting'], standing: HandoffView['standing']): string {
  const who = takenBy === null ? '' : ` by ${safeLine(takenBy)}`;
  const said = takenBy === null || by === takenBy || by === 'hivemind' ? '' : ` (${safeLine(by)} said so)`;
  const sure = standing === null || standing === 'confirmed' ? '' : ` (${standing})`;
  return `${state}${who}${said}${sure}`;
}

/** One handoff with all that it says. */
function renderWhole({ posting, content, branch, standing }: HandoffView, view: View): string[] {
  const { paint } = view;
  const until =
    posting.until === null || posting.state !== 'offered' ? '' : `, until ${stamp(posting.until)}`;
  const head = `${paint.bold(safeLine(posting.id))}  ${safeLine(posting.from)} → ${addresseeText(posting.to)}, ${paint[styles[posting.state]](byText(posting, standing))}${until}`;
  if (content === null)
    return [
      head,
      `  ${unseen(branch)}`,
      paint.dim(
        `  hivemind handoff show ${posting.id.slice(-6)} --branch ${shellWord(branch)}, or merge that branch`,
      ),
    ];
  const lines = contentLines(content, wholeHandoff);
  return [head, ...lines.flatMap((line) => renderEntry({ indent: 2, text: line.trim() }, view))];
}

const stamp = (at: number): string => `${dayText(at)} ${clockText(at)}`;

export function renderHandoff({ handoff, answers, history }: OutputOf<'handoff.show'>, view: View): string {
  const { paint } = view;
  const said = answers.map(({ by, answer, reason }) => `  ${answer} by ${safeLine(by)}: ${safeLine(reason)}`);
  const past = history.map(({ state, by, at, event }) =>
    paint.dim(`  ${stamp(at)}  ${state}  ${safeLine(by)}  ${event.slice(-6)}`),
  );
  return [...renderWhole(handoff, view), ...said, ...past].join('\n');
}

export function renderOffered({ handoff, stored, note }: OutputOf<'handoff.offer'>, view: View): string {
  const { paint } = view;
  const head = stored ? paint.green('Offered') : paint.yellow('This would be offered');
  return [head, ...renderWhole(handoff, view), ...(note === '' ? [] : [paint.dim(safeLine(note))])].join(
    '\n',
  );
}

export function renderAccepted({ handoff, item }: OutputOf<'handoff.accept'>, view: View): string {
  const { paint } = view;
  const isOurs = item !== null && item.owner === handoff.posting.takenBy;
  const whose = isOurs ? 'yours on the plan' : `owned by ${safeLine(item?.owner ?? 'nobody')} on the plan`;
  const owned = item === null ? [] : [paint.dim(`  ${whose}: ${safeLine(item.title)} (${item.state})`)];
  return [paint.green('Yours'), ...renderWhole(handoff, view), ...owned].join('\n');
}

export const renderDeclined = ({ handoff, reason }: OutputOf<'handoff.decline'>, view: View): string =>
  [...renderListed(handoff, view), ...(reason === '' ? [] : [`          ${safeLine(reason)}`])].join('\n');
