import { estimateTokens, isoTime, renderRecall } from '../core/cards.ts';
import { asRecord, quote, shorten } from '../core/quote.ts';
import type { OperationName, OutputOf } from '../schema/operation.ts';

/** Longest answer of a tool, in tokens: what agents get without asking for more is short. */
const answerTokens = 1_500;
/** One whole event: agents cut at about 10,000 tokens. */
const eventTokens = 6_000;
const frameTokens = 60;

const lineOf = (...parts: (string | false | null | undefined)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');

/** Lines for the model, by operation; everything else is JSON. */
const renderers: { [N in OperationName]?: (output: OutputOf<N>) => string[] } = {
  'session.list': ({ sessions }) =>
    sessions.map(({ id, agent, title, startedAt, lastAt, endedAt, events, failures }) =>
      lineOf(
        `* ${id} ${agent}`,
        quote(title, 140),
        `${isoTime(startedAt)} to ${endedAt === null ? `now (last ${isoTime(lastAt)})` : isoTime(endedAt)}`,
        `${events} events`,
        failures > 0 && `${failures} failures`,
      ),
    ),
  'memory.query': ({ hits }) =>
    hits.map(({ id, content, metadata, score, agent, at }) =>
      lineOf(
        `* ${id} ${score.toFixed(3)}`,
        `${quote(agent, 40)} ${isoTime(at)}`,
        quote(content, 300),
        Object.keys(metadata).length > 0 && quote(JSON.stringify(metadata), 200),
      ),
    ),
  'attempt.list': ({ attempts }) =>
    attempts.map(({ id, outcome, approach, reason, instead, agent, at, paths, holds }) =>
      lineOf(
        `* ${outcome}: ${quote(approach, 200)}`,
        reason !== '' && `because ${quote(reason, 200)}`,
        instead !== '' && `instead ${quote(instead, 120)}`,
        paths.length > 0 && quote(paths.slice(0, 4).join(', '), 160),
        `${quote(agent, 40)} ${isoTime(at)}`,
        holds.files !== 'unknown' && `files ${holds.files} since`,
        id,
      ),
    ),
};

/** What the model reads: recall as cards, lists as lines, everything else as JSON, all of it quoted as data and short. */
export function renderAnswer(name: OperationName, output: unknown): string {
  if (name === 'recall.search') return renderRecall(output as OutputOf<'recall.search'>);
  const render = renderers[name] as ((output: unknown) => string[]) | undefined;
  const kind = name.split('.')[0] ?? name;
  if (render === undefined) {
    const most = (name === 'event.show' ? eventTokens : answerTokens) - frameTokens;
    return asRecord(kind, name, quote(JSON.stringify(output), most * 4));
  }
  const lines = render(output);
  return lines.length === 0 ? noteOf(output) : asRecord(kind, name, fitting(lines).join('\n'));
}

function fitting(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let tokens = frameTokens;
  for (const line of lines) {
    tokens += estimateTokens(line) + 1;
    if (tokens > answerTokens) return [...kept, `${lines.length - kept.length} more: ask for less`];
    kept.push(line);
  }
  return kept;
}

function noteOf(output: unknown): string {
  const { note } = output as { note?: unknown };
  return typeof note === 'string' && note !== '' ? shorten(quote(note, 400), 400) : 'There is nothing.';
}
