import { lexicon, type Sense } from './lexicon.ts';
import { idsAt, type Reading } from './reading.ts';

/** The scopes (scopes.ts) that subject and choice set. */
export function readScopes(head: Reading, body: Reading): Map<string, ReadonlySet<string>> {
  const scopes = new Map<string, Set<string>>();
  const add = (senses: readonly Sense[], isHead: boolean): void => {
    for (const sense of senses) {
      if (sense.kind !== 'scope' || (!isHead && SUBJECT_SCOPES.has(sense.id))) continue;
      scopes.set(sense.id, (scopes.get(sense.id) ?? new Set()).add(sense.member));
    }
  };
  for (const { senses } of head.matches) add(senses, true);
  for (const { at, senses } of body.matches)
    if ([1, 2].some((back) => LIMITING.has(body.tokens[at - back]?.word ?? ''))) add(senses, false);
  return scopes;
}

/** Scopes that only a subject sets: in a choice the same words may be the choice itself. */
const SUBJECT_SCOPES = new Set(['side', 'flow', 'travel', 'transfer']);
const LIMITING = new Set(['for', 'in', 'on', 'within', 'inside']);
const UNLIMITED = new Set(['all', 'every', 'any', 'everything', 'everyone', 'each', 'default']);

/** The content words behind the first "for", "in" or "on" of the choice, to the end of that clause. */
export function readLimits(reading: Reading): Set<string> {
  const { tokens, owner } = reading;
  const { vague } = lexicon();
  const at = tokens.findIndex(
    ({ word, clause }, index) =>
      index > 0 && clause === tokens[0]?.clause && LIMITING.has(word) && owner[index] === -1,
  );
  const limits = new Set<string>();
  if (at < 0 || UNLIMITED.has(tokens[at + 1]?.word ?? '')) return limits;
  for (let next = at + 1; next < tokens.length && tokens[next]?.clause === tokens[at]?.clause; next += 1)
    for (const id of idsAt(reading, next)) if (id.startsWith('w:') && !vague.has(id.slice(2))) limits.add(id);
  return limits;
}
