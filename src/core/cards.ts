import type { ShownEvent } from '../schema/event.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { EpisodeCard } from '../schema/operations/recall.ts';
import { asRecord, quote, quotePath, shorten } from './quote.ts';
import type { Episode } from './recall/episodes.ts';
import { errorLine, outcomeOf } from './recall/outcome.ts';
import { snippet } from './recall/snippet.ts';

/** Sizes of a card's fields in characters: all of them together are some 300 tokens. */
const ASKED = 200;
const DID = 240;
const WHY = 240;
const HIT = 160;
const SAID = 120;
const PATH = 100;
const PATHS = 6;
/** Most hits that a card shows. */
export const hitsOfCard = 3;
const NAME = 60;

const toolOf = (event: ShownEvent): string =>
  typeof event.body.tool === 'string' ? event.body.tool : 'tool';

/** Edits by path, tool calls by count, and the last thing that the agent said. */
function summarize(events: readonly ShownEvent[]): string {
  const edited = [
    ...new Set(events.filter((event) => event.type === 'file.edited').flatMap((event) => event.paths)),
  ];
  const calls = new Map<string, number>();
  for (const event of events.filter((one) => one.type === 'tool.called'))
    calls.set(toolOf(event), (calls.get(toolOf(event)) ?? 0) + 1);
  const said = events.findLast((event) => event.type === 'turn.replied')?.text ?? '';
  const parts = [
    edited.length === 0
      ? ''
      : `edited ${edited
          .slice(0, 3)
          .map((path) => quotePath(path, 50))
          .join(', ')}${edited.length > 3 ? ` and ${edited.length - 3} more` : ''}`,
    [...calls]
      .slice(0, 6)
      .map(([tool, count]) => (count === 1 ? quote(tool, 40) : `${quote(tool, 40)} ×${count}`))
      .join(', '),
    said.trim() === '' ? '' : `said: ${quote(said, SAID)}`,
  ];
  return quote(parts.filter((part) => part !== '').join('; '), DID);
}

function pathsOf(events: readonly ShownEvent[], hits: readonly ShownEvent[]): string[] {
  const edits = events.filter((event) => event.type === 'file.edited');
  const ordered = [...edits, ...hits, ...events].flatMap((event) => event.paths.slice(0, 20));
  return [...new Set(ordered)].slice(0, PATHS).map((path) => quotePath(path, PATH));
}

/** What was asked; what an agent's client says to its own agent is told without its markup, and as not a person's. */
function questionOf(asked: ShownEvent | undefined): string {
  if (asked === undefined) return '';
  return asked.actor.kind === 'daemon'
    ? `(system) ${asked.text.replace(/<[^<>]{1,200}>/g, ' ')}`
    : asked.text;
}

/**
 * Makes the card of an episode. `turnEvents` are the events of its turn in their order, its hits among them; of hits the part is shown that has the `terms`. Every text in it is cut and made harmless; `tokens` are those of `renderCard`.
 */
export function card(
  episode: Episode,
  turnEvents: readonly ShownEvent[],
  {
    branch,
    terms,
    fallen,
  }: { branch: string; terms: ReadonlySet<string>; fallen?: ReadonlyMap<string, string> },
): EpisodeCard {
  const hits = episode.ranked.flatMap((one) => turnEvents.find(({ id }) => id === one.event.id) ?? []);
  const events = turnEvents;
  const [best] = hits;
  const asked = events.find((event) => event.type === 'turn.prompted');
  const failed =
    events.findLast((event) => event.status !== 'ok') ?? hits.find((event) => event.status !== 'ok');
  const made: EpisodeCard = {
    session: episode.session,
    turn: episode.turn,
    agent: quote(best?.agent ?? '', NAME),
    actor: quote(best?.actor.name ?? '', NAME),
    at: asked?.at ?? best?.at ?? 0,
    branch: quote(branch, NAME),
    asked: quote(questionOf(asked), ASKED),
    did: summarize(events),
    paths: pathsOf(events, hits),
    outcome: outcomeOf(events),
    why: failed === undefined ? '' : quote(errorLine(failed), WHY),
    hits: episode.ranked.slice(0, hitsOfCard).map(({ event, score }) => ({
      event: event.id,
      type: quote(event.type, NAME),
      status: event.status,
      text: quote(snippet(event.text, terms, HIT), HIT),
      score: Number(score.toFixed(4)),
      ...(fallen?.has(event.id) ? { fallen: fallen.get(event.id) ?? '' } : {}),
    })),
    seen: Math.max(1, ...episode.ranked.map((one) => one.seen)),
    score: Number(episode.score.toFixed(4)),
    tokens: 0,
  };
  return withTokens(made);
}

/** Upper bound of the tokens of a text, without a tokenizer: four characters each. */
export const estimateTokens = (text: string): number => tokensOfChars(text.length);

/** The same of a text of so many characters. */
export const tokensOfChars = (chars: number): number => Math.ceil(chars / 4);

export const withTokens = (made: EpisodeCard): EpisodeCard => ({
  ...made,
  tokens: estimateTokens(renderCard(made)),
});

/** ISO time without milliseconds; the beginning of time for what no clock can say. */
export const isoTime = (at: number): string =>
  new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A card as plain text, ending with a line break: who, when, where and how it ended, then quoted data with its ids. */
export function renderCard(made: EpisodeCard): string {
  const who = [made.agent, made.actor]
    .map((name) => quote(name, NAME))
    .filter((name, at, all) => name !== '' && all.indexOf(name) === at);
  const seen = made.seen > 1 ? ` · seen ${made.seen} times` : '';
  const paths = made.paths.map((path) => quotePath(path, PATH)).join(', ');
  const lines = [
    `* ${who.join('/')} · ${isoTime(made.at)} · ${quote(made.branch, NAME)} · ${made.outcome}${seen} · ${quote(made.session, NAME)}`,
    made.asked === '' ? '' : `  asked: ${quote(made.asked, ASKED)}`,
    made.did === '' ? '' : `  did: ${quote(made.did, DID)}`,
    paths === '' ? '' : `  paths: ${paths}`,
    made.why === '' ? '' : `  why: ${quote(made.why, WHY)}`,
    ...made.hits.map(
      (hit) =>
        `  ${quote(hit.event, NAME)} ${quote(hit.type, NAME)} ${quote(hit.status, NAME)}: ${hit.fallen === undefined ? '' : `(${hit.fallen}) `}${quote(hit.text, HIT)}`,
    ),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** The same card with less in it, for a small budget; `level` 1 keeps a line each, 2 only what is needed to look it up. */
export function shrinkCard(made: EpisodeCard, level: 1 | 2): EpisodeCard {
  const text = level === 1 ? 80 : 24;
  return withTokens({
    ...made,
    branch: shorten(made.branch, 24),
    agent: shorten(made.agent, 20),
    actor: shorten(made.actor, 20),
    asked: level === 1 ? shorten(made.asked, text) : '',
    did: level === 1 ? shorten(made.did, text) : '',
    paths: level === 1 ? made.paths.slice(0, 2).map((path) => quotePath(path, 50)) : [],
    why: level === 1 ? shorten(made.why, text) : '',
    hits: made.hits.slice(0, 1).map((hit) => ({ ...hit, text: shorten(hit.text, text) })),
  });
}

type RecallOutput = Pick<OutputOf<'recall.search'>, 'workspace' | 'mode' | 'cards' | 'unindexed' | 'note'>;

/** The whole answer of recall as plain text, delimited as data; what MCP and the CLI show. */
export function renderRecall(output: RecallOutput): string {
  const note = quote(output.note, 400);
  if (output.cards.length === 0) return note === '' ? 'Nothing in the record matches.' : note;
  const record = asRecord('recall', output.workspace, output.cards.map(renderCard).join(''));
  return note === '' ? record : `${record}\n${note}`;
}
