import { quote } from '../../core/quote.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf } from '../../schema/operation.ts';

type Forgot = OutputOf<'event.forget'>;

const mostQuotes = 8;
const quoteChars = 120;

/** Counts what is about to go, and keeps some of it to be shown. */
export interface Tally {
  add(event: Event, derived: boolean): void;
  summary(): Pick<Forgot, 'count' | 'derived' | 'types' | 'sessions' | 'from' | 'to' | 'quotes'>;
}

export function createTally(): Tally {
  const types: Record<string, number> = {};
  const sessions = new Set<string>();
  const quotes: Forgot['quotes'] = [];
  let [count, derivedCount, derivedQuotes] = [0, 0, 0];
  let from: number | null = null;
  let to: number | null = null;
  return {
    add: ({ id, session, type, at, text }, derived) => {
      count += 1;
      if (derived) derivedCount += 1;
      types[type] = (types[type] ?? 0) + 1;
      sessions.add(session);
      from = from === null ? at : Math.min(from, at);
      to = to === null ? at : Math.max(to, at);
      if ((derived ? derivedQuotes : quotes.length - derivedQuotes) >= mostQuotes) return;
      if (derived) derivedQuotes += 1;
      const [line = ''] = text.trimStart().split('\n', 1);
      quotes.push({ event: id, session, type, at, line: quote(line, quoteChars), derived });
    },
    summary: () => ({ count, derived: derivedCount, types, sessions: sessions.size, from, to, quotes }),
  };
}
