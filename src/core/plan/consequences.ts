import type { PlanItem } from '../../schema/records.ts';
import { allPartsOf, dependantsOf, isOpen, type PlanNet, partsOf } from './net.ts';

/** What somebody should know who has just put an item into its state: nothing of it is refused. */
export function consequencesOf(net: PlanNet, item: PlanItem): string[] {
  if (isOpen(item)) return item.state === 'todo' || item.state === 'doing' ? ofOpening(net, item) : [];
  return [...(item.state === 'done' ? leftOpen(net, item) : droppedFor(net, item)), ...wholeDone(net, item)];
}

function ofOpening(net: PlanNet, item: PlanItem): string[] {
  const needs = item.state === 'doing' ? openNeeds(net, item) : [];
  const ahead = dependantsOf(net, item.id).filter(({ state }) => state === 'doing' || state === 'done');
  return [
    ...some(needs, 'it depends on what is still open'),
    ...some(ahead, 'what depends on it was begun already'),
    ...(item.state === 'doing' ? blockersText(item) : []),
  ];
}

function leftOpen(net: PlanNet, item: PlanItem): string[] {
  const asked = item.questions.filter(({ answer }) => answer === null);
  return [
    ...some(allPartsOf(net, item.id).filter(isOpen), 'parts of it are still open'),
    ...some(openNeeds(net, item), 'it depends on what is still open'),
    ...blockersText(item),
    ...(asked.length === 0 ? [] : [`unanswered: ${asked.map(({ text }) => text).join(' · ')}`]),
    ...some(
      dependantsOf(net, item.id).filter(
        (other) =>
          other.state === 'todo' && openNeeds(net, other).length === 0 && other.blockers.length === 0,
      ),
      'nothing that they depend on is open any more',
    ),
  ];
}

const droppedFor = (net: PlanNet, item: PlanItem): string[] => [
  ...some(allPartsOf(net, item.id).filter(isOpen), 'parts of it are still open'),
  ...some(dependantsOf(net, item.id).filter(isOpen), 'no longer waited for by'),
];

function wholeDone(net: PlanNet, { parent }: PlanItem): string[] {
  const whole = parent === null ? undefined : net.items.get(parent);
  if (whole === undefined || !isOpen(whole) || partsOf(net, whole.id).some(isOpen)) return [];
  return some([whole], 'every part is done of');
}

const openNeeds = ({ items }: PlanNet, { dependsOn }: PlanItem): PlanItem[] =>
  dependsOn.flatMap((id) => items.get(id) ?? []).filter(isOpen);

const blockersText = ({ blockers }: PlanItem): string[] =>
  blockers.length === 0 ? [] : [`blocked by: ${blockers.map(({ text }) => text).join(' · ')}`];

const mostNamed = 5;

const some = (items: readonly PlanItem[], what: string): string[] => {
  if (items.length === 0) return [];
  const named = items.slice(0, mostNamed).map(({ id, title }) => `"${title}" (${id.slice(-6)})`);
  const more = items.length > mostNamed ? ` and ${items.length - mostNamed} more` : '';
  return [`${what}: ${named.join(', ')}${more}`];
};
