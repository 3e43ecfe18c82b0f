import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { changeText, shortId } from './plan-history.ts';
import { agoText, clockText, dayText } from './time.ts';
import type { View } from './view.ts';

type Diff = OutputOf<'plan.diff'>;
type Change = Diff['changes'][number];

const headings: Record<Change['kind'], string> = {
  added: 'Added',
  done: 'Done',
  dropped: 'Dropped',
  removed: 'Taken off the plan',
  state: 'Other states',
  priority: 'Another priority',
  moved: 'Moved',
  owner: 'Another owner',
  text: 'Said otherwise',
  ties: 'Dependencies, links, blockers, questions, files',
};

/** How the plan has drifted, by kind of change, and from which view. */
export function renderPlanDiff({ from, to, changes }: Diff, view: View): string {
  const groups = [...Map.groupBy(changes, ({ kind }) => kind)];
  return [
    ...renderEntry(
      { indent: 0, text: `From ${viewText(from)} to ${viewText(to)}`, style: view.paint.dim },
      view,
    ),
    ...(changes.length === 0 ? ['The plan is the same.'] : []),
    ...groups.flatMap(([kind, those]) => [
      '',
      view.paint.bold(`${headings[kind]} (${those.length})`),
      ...those.flatMap((change) => renderChange(change, view)),
    ]),
  ].join('\n');
}

const viewText = ({ branch, event, at }: Diff['from']): string =>
  event === null
    ? `${safeLine(branch)} before its first event`
    : `${safeLine(branch)} at ${safeLine(event.slice(-8))} (${dayText(at)} ${clockText(at)})`;

function renderChange({ title, id, field, before, after, by, at }: Change, view: View): string[] {
  const { dim } = view.paint;
  const head = renderEntry(
    {
      indent: 2,
      text: safeLine(title),
      tail: `${safeLine(id.slice(-6))}  ${safeLine(by)}, ${agoText(at, view.now)}`,
      tailStyle: dim,
    },
    view,
  );
  if (field === 'item') return head;
  return [...head, ...renderEntry({ indent: 4, text: listText(field, before, after), style: dim }, view)];
}

/** A list by what came and went. */
function listText(field: string, before: unknown, after: unknown): string {
  if (!Array.isArray(before) || !Array.isArray(after)) return changeText(field, before, after);
  const names = (list: unknown[]): string[] => list.map(memberText);
  const [was, is] = [names(before), names(after)];
  const came = is.filter((name) => !was.includes(name)).map((name) => `+ ${name}`);
  const went = was.filter((name) => !is.includes(name)).map((name) => `- ${name}`);
  return `${field}: ${[...came, ...went].join(', ')}`;
}

function memberText(member: unknown): string {
  if (typeof member === 'string') return safeLine(shortId(member));
  const { text = '', answer = null } = (member ?? {}) as { text?: unknown; answer?: unknown };
  return safeLine(typeof answer === 'string' ? `${String(text)} — ${answer}` : String(text));
}
