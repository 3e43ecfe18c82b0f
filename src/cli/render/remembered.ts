import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { PastChoice, Remembered } from '../../schema/operations/memory.ts';
import { renderContested } from './contested.ts';
import { renderEntry } from './entry.ts';
import { plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Holds = Remembered['holds'];

/** In words, what no longer is as it was; empty while all of it is, or nothing is known. */
export function staleText({ files, commit }: Holds): string {
  if (files === 'gone') return 'its files are gone';
  if (files === 'changed') return 'its files have changed since';
  return commit === 'not-ancestor' ? 'its commit is not in this history' : '';
}

const part = (label: string, text: string, view: View): string[] =>
  text === ''
    ? []
    : renderEntry(
        { indent: 2, lead: label.padEnd(10), leadStyle: view.paint.dim, text: safeLine(text) },
        view,
      );

function endedText({ ended, reason }: Remembered, now: number): string {
  if (ended === null) return '';
  const why = ended.why === '' || ended.why === reason ? '' : `: ${ended.why}`;
  return `by ${ended.by}, ${agoText(ended.at, now)}${why}`;
}

function detail(one: Remembered, view: View): string[] {
  const { paint } = view;
  const lead = `${one.kind}${one.state === 'standing' ? '' : ` (${one.state})`}  `;
  const text = one.title === '' ? one.text : `${one.title}: ${one.text}`;
  const stale = staleText(one.holds);
  const holds = stale === '' ? (one.holds.files === 'same' ? 'its files are the same' : '') : stale;
  return [
    ...renderEntry({ indent: 0, lead, leadStyle: paint.bold, text: safeLine(text) }, view),
    ...part('outcome', one.outcome ?? '', view),
    ...part('because', one.reason, view),
    ...part('instead', one.instead, view),
    ...one.alternatives.flatMap(({ choice, reason }) =>
      part('not', reason === '' ? choice : `${choice}: ${reason}`, view),
    ),
    ...part('paths', one.paths.join(', '), view),
    ...part('holds', holds, view),
    ...part('ended', endedText(one, view.now), view),
    ...part('from', `${one.by}  ${agoText(one.at, view.now)}  ${one.branch}  ${one.event}`, view),
    ...renderContested(one.contested, view, 2),
  ];
}

export function renderMemoryRow({ memory, history }: OutputOf<'memory.show'>, view: View): string {
  const before = saidOnce(history).slice(1);
  const earlier =
    before.length === 0 ? [] : ['', view.paint.bold('Before'), ...before.flatMap((one) => past(one, view))];
  return [...detail(memory, view), ...earlier].join('\n');
}

export const renderHistory = ({ title, choices }: OutputOf<'memory.history'>, view: View): string =>
  [view.paint.bold(safeLine(title)), ...saidOnce(choices).flatMap((one) => past(one, view))].join('\n');

/** A choice, and the merge by which it stood on. */
type Said = PastChoice & { kept: PastChoice | null };

/** What a merge has kept is one choice, not two: it is told in the merge's place, with who said it first. */
function saidOnce(choices: readonly PastChoice[]): Said[] {
  const byEvent = new Map(choices.map((one) => [one.event, one]));
  // What is kept was there before: this ends.
  const origin = (one: PastChoice): PastChoice => {
    const kept = one.keeps === null ? undefined : byEvent.get(one.keeps);
    return kept === undefined ? one : origin(kept);
  };
  const told = new Map<string, Said>();
  for (const one of choices) {
    const first = origin(one);
    if (!told.has(first.event))
      told.set(first.event, {
        ...first,
        until: one.until,
        state: one.state,
        kept: first === one ? null : one,
      });
  }
  return [...told.values()];
}

function past(one: Said, view: View): string[] {
  const { paint, now } = view;
  const until = one.until === null ? 'stands' : `until ${agoText(one.until, now)}`;
  const kept =
    one.kept === null ? '' : `, kept by a merge of ${safeLine(one.kept.by)}, ${agoText(one.kept.at, now)}`;
  const tail = `${safeLine(one.by)}, ${agoText(one.at, now)}, ${until}, ${safeLine(one.branch)}${kept}  ${one.event.slice(-8)}`;
  const lead = one.state === 'withdrawn' ? '(withdrawn) ' : '';
  return [
    ...renderEntry(
      { indent: 2, lead, leadStyle: paint.red, text: safeLine(one.text), tail, tailStyle: paint.dim },
      view,
    ),
    ...(one.reason === ''
      ? []
      : renderEntry({ indent: 4, text: `because ${safeLine(one.reason)}`, style: paint.dim }, view)),
    ...one.alternatives.flatMap(({ choice, reason }) =>
      renderEntry(
        {
          indent: 4,
          text: `not ${safeLine(choice)}${reason === '' ? '' : `: ${safeLine(reason)}`}`,
          style: paint.dim,
        },
        view,
      ),
    ),
  ];
}

const marks = { holds: 'green', stale: 'red', unknown: 'dim' } as const;

export function renderChecked({ checked, branch }: OutputOf<'memory.check'>, view: View): string {
  if (checked.length === 0)
    return `Nothing is decided on ${safeLine(branch)} yet: hivemind remember decision SUBJECT CHOICE`;
  const stale = checked.filter(({ verdict }) => verdict === 'stale').length;
  const lines = checked.flatMap((one) => {
    const why = [
      staleText(one.holds),
      one.ran === null ? '' : `your command ended with ${one.ran.exitCode ?? 'no code'}`,
      one.ran === null && one.probe !== null ? 'its command was not run (--run)' : '',
    ].filter((text) => text !== '');
    return [
      ...renderEntry(
        {
          indent: 0,
          lead: `${one.verdict.padEnd(8)} `,
          leadStyle: view.paint[marks[one.verdict]],
          text: safeLine(one.title === '' ? one.text : `${one.title}: ${one.text}`),
          tail: why.join('; '),
          tailStyle: view.paint.dim,
        },
        view,
      ),
      ...(one.ran === null || one.ran.exitCode === 0 || one.ran.output === ''
        ? []
        : safeText(one.ran.output)
            .trimEnd()
            .split('\n')
            .map((line) => view.paint.dim(`         ${line}`))),
    ];
  });
  return [
    ...lines,
    view.paint.dim(`${plural(checked.length, 'thing')} looked at, ${stale} no longer as recorded`),
  ].join('\n');
}

export const renderProbe = ({ kind, key, command }: OutputOf<'memory.probe'>): string =>
  command === null
    ? `No command tells any more whether the ${kind} "${safeLine(key)}" holds.`
    : `hivemind memory check --run tells by this command whether the ${kind} "${safeLine(key)}" holds: ${safeLine(command)}`;

export function renderWithdrawn({ memory, branch, event }: OutputOf<'memory.withdraw'>, view: View): string {
  const { paint } = view;
  const text = memory.title === '' ? memory.text : `${memory.title}: ${memory.text}`;
  const lead = `${paint.green('Withdrew')} the ${memory.kind} on ${safeLine(branch)}  ${paint.dim(event.slice(-8))}`;
  return [lead, ...renderEntry({ indent: 2, text: safeLine(text) }, view)].join('\n');
}
