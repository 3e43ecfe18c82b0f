import type { Event } from '../schema/event.ts';
import { isoTime } from './cards.ts';
import { codeSpan, fenced, plainInline, quotation } from './markdown.ts';
import { shorten } from './quote.ts';
import { placeText, type StepSection, viewStep } from './step-view.ts';

/** Longest pieces of a story, in characters: who wants more has the id. */
const OUTPUT = 1_500;
const SAID = 4_000;
const LINE = 300;

/** Types that say nothing to a reader of the story: what a reader wants of them is told elsewhere. */
const SILENT = new Set([
  'turn.measured',
  'session.titled',
  'session.linked',
  'writer.observed',
  'recall.injected',
  'claim.confirmed',
  'handoff.posted',
  'branch.created',
]);

/** Who is told about once, at the head of their part. */
interface Scene {
  day: string;
  session: string;
}

/** Events in, one after another in their order; Markdown out, piece by piece, so that a story may have any length. */
export interface Story {
  tell(event: Event): string;
}

/** `titles`: session id → what it is called. All text of events stands as it was written: no link, no tag, no picture. */
export function tellStory(titles: ReadonlyMap<string, string>): Story {
  let scene: Scene = { day: '', session: '' };
  const headings = (event: Event): string[] => {
    const day = isoTime(event.at).slice(0, 10);
    const lines: string[] = [];
    if (day !== scene.day) lines.push(`## ${day}`);
    if (day !== scene.day || event.session !== scene.session) {
      const title = titles.get(event.session) ?? '';
      const name = title === '' ? '' : `: ${plainInline(shorten(title, LINE))}`;
      lines.push(`### ${plainInline(event.agent)}${name}`, codeSpan(event.session));
    }
    scene = { day, session: event.session };
    return lines;
  };
  return {
    tell: (event) => {
      if (SILENT.has(event.type) || isOwnClaim(event)) return '';
      const parts = partsOf(event);
      return parts.length === 0 ? '' : `${[...headings(event), ...parts].join('\n\n')}\n`;
    },
  };
}

/** What the daemon claims for who edits; the edit is told. */
const isOwnClaim = ({ type, actor }: Event): boolean => actor.kind === 'daemon' && type.startsWith('claim.');

/** What an event is in a story: paragraphs of Markdown. */
function partsOf(event: Event): string[] {
  const time = isoTime(event.at).slice(11, 16);
  const who = plainInline(event.actor.name);
  const id = codeSpan(event.id);
  const step = viewStep(event);
  switch (event.type) {
    case 'turn.prompted':
      return [`**${time} ${who} asked** ${id}`, quotation(shorten(textIn(step.sections), SAID))];
    case 'turn.replied':
      return [`**${time} ${who} said** ${id}`, quotation(shorten(textIn(step.sections), SAID))];
    case 'tool.called':
      return [calledLine(event, time, id), ...failureOf(event, step.sections)];
    case 'file.edited':
      return [
        `- ${time} edited ${codeSpan(event.paths.join(', ') || step.title)} ${id}`,
        ...diffIn(step.sections),
      ];
    case 'merge.reviewed':
      return [`**${time} ${who} reviewed**${aboutOf(event)} ${id}`, quotation(shorten(event.text, SAID))];
    default:
      return [`**${time} ${who}: ${event.type.replace('.', ' ')}** ${id}`, ...bodyOf(event)];
  }
}

function aboutOf({ body }: Event): string {
  const place = placeText(body.place);
  return place === '' ? '' : ` ${codeSpan(shorten(place, LINE))}`;
}

const textIn = (sections: readonly StepSection[]): string =>
  sections.flatMap((section) => ('text' in section ? [section.text] : [])).join('\n');

function calledLine(event: Event, time: string, id: string): string {
  const { kind, title, facts } = viewStep(event);
  const { input } = event.body;
  const command = isObject(input) && typeof input.command === 'string' ? input.command : title;
  const what = codeSpan(shorten(command, LINE)) || plainInline(kind);
  const told = facts.length === 0 ? '' : ` (${plainInline(facts.join(', '))})`;
  return `- ${time} ${plainInline(kind)} ${what}${event.status === 'ok' ? '' : ` **${event.status}**`}${told} ${id}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What went wrong is worth its lines, what went well is not. */
function failureOf(event: Event, sections: readonly StepSection[]): string[] {
  if (event.status === 'ok') return [];
  const said = sections.filter(({ label }) => label === 'error' || label === 'output');
  const text = textIn(said).trim();
  return text === '' ? [] : [fenced(shorten(text, OUTPUT))];
}

function diffIn(sections: readonly StepSection[]): string[] {
  const lines = sections.flatMap((section) => ('diff' in section ? section.diff : []));
  return lines.length === 0
    ? []
    : [fenced(shorten(lines.map(({ text }) => text).join('\n'), OUTPUT), 'diff')];
}

/** Its text, where that says more than its type. */
const bodyOf = ({ text, type }: Event): string[] =>
  text.trim() === '' || text.startsWith(type.replace('.', ' ')) ? [] : [quotation(shorten(text, SAID))];
