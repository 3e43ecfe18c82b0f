import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Claim, PlanItem } from '../../schema/records.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import { marks, tailOf } from './plan-item.ts';
import { plural } from './size.ts';
import { agoText, clockText } from './time.ts';
import type { View } from './view.ts';

type Detail = NonNullable<OutputOf<'plan.show'>['detail']>;

/** Since when somebody has an item, and how sure that is. */
export const claimText = ({ createdAt, until, standing }: Claim, view: View): string =>
  [
    `since ${agoText(createdAt, view.now)}`,
    ...(until === null ? [] : [`until ${clockText(until)}`]),
    ...(standing === 'confirmed' ? [] : [standing]),
  ].join(', ');

const footings: Record<Detail['footing'], string> = {
  ready: 'can be begun',
  'parts-open': 'can be begun, with open parts',
  stalled: 'stalled: can be taken over',
  held: 'is being done',
  doing: 'is being done, as the plan says',
  waiting: 'cannot be begun yet',
  closed: 'over',
};

/** Everything about one item. */
export function renderPlanDetail(item: PlanItem, detail: Detail, view: View): string {
  const { dim, bold } = view.paint;
  const { mark, style } = marks[item.state];
  const fact = (name: string, text: string, tail = ''): string[] =>
    renderEntry({ indent: 2, lead: name.padEnd(11), leadStyle: dim, text, tail, tailStyle: dim }, view);
  const named = (name: string, items: Detail['parts']): string[] =>
    items.flatMap(({ id, title, state }, index) =>
      fact(index === 0 ? name : '', `${marks[state].mark} ${safeLine(title)}`, safeLine(id.slice(-6))),
    );
  return [
    ...renderEntry(
      {
        indent: 0,
        lead: `${mark} `,
        leadStyle: view.paint[style],
        text: safeLine(item.title),
        style: bold,
        tail: tailOf(item),
        tailStyle: dim,
      },
      view,
    ),
    ...renderEntry({ indent: 4, text: safeLine(item.id), style: dim }, view),
    ...fact('stands', `${footings[detail.footing]}: ${detail.why.map(safeLine).join('; ')}`),
    ...(detail.claim === null
      ? []
      : fact('held by', safeLine(detail.claim.holder), claimText(detail.claim, view))),
    ...named('part of', detail.parent === null ? [] : [detail.parent]),
    ...named('parts', detail.parts),
    ...named('needs', detail.dependsOn),
    ...named('needed by', detail.dependants),
    ...item.paths.flatMap((path, index) => fact(index === 0 ? 'files' : '', safeLine(path))),
    ...detail.links.flatMap(({ ref, title }, index) =>
      fact(
        index === 0 ? 'links' : '',
        title === null ? safeLine(ref) : safeLine(title),
        title === null ? 'not seen here' : safeLine(ref),
      ),
    ),
    ...item.blockers.flatMap(({ id, text }) => fact('blocked by', safeLine(text), safeLine(id))),
    ...item.questions.flatMap(({ id, text, answer }) => [
      ...fact('asks', safeLine(text), safeLine(id)),
      ...(answer === null ? [] : fact('', `answer: ${safeLine(answer)}`)),
    ]),
    ...safeText(item.note)
      .split('\n')
      .filter((line) => item.note !== '' || line !== '')
      .flatMap((line, index) => fact(index === 0 ? 'note' : '', line)),
    ...renderContested(item.contested, view, 2),
    dim(
      `  ${plural(detail.writes, 'change')}, last ${agoText(item.updatedAt, view.now)} by ${safeLine(item.by)}: hivemind plan history ${item.id.slice(-6)}`,
    ),
  ].join('\n');
}
