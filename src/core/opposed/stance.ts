import { idsAt, isContent, isPreposition, PREPOSITIONS, type Reading } from './reading.ts';
import { functionWords, type Token } from './words.ts';

/** `remove flags after the rollout` is no word against flags. */
const CONDITIONS = new Set(['after', 'once', 'when', 'if', 'unless', 'as']);
const PRONOUNS = new Set(['it', 'them']);
const ACTORS: ReadonlyMap<string, string> = new Map([
  ['client', 'client'],
  ['frontend', 'client'],
  ['browser', 'client'],
  ['caller', 'client'],
  ['consumer', 'client'],
  ['server', 'server'],
  ['backend', 'server'],
  ['service', 'server'],
  ['callee', 'server'],
  ['producer', 'producer'],
  ['database', 'database'],
  ['gateway', 'gateway'],
  ['author', 'author'],
  ['reviewer', 'reviewer'],
]);

/** Who does it, where the choice begins with that. */
export function readActor({ tokens, polarity }: Reading): string | null {
  const at = tokens.findIndex(({ word }) => !functionWords.has(word));
  return at < 0 || (polarity.signs[at] ?? 1) < 0
    ? null
    : (ACTORS.get(tokens[at]?.word.replace(/s$/, '') ?? '') ?? null);
}

const YES = new Set(['use', 'activation', 'keep', 'always', 'allow']);

/** Whether the choice says no to its own subject (-1), yes in so many words (2), or takes it for granted (1). */
export function readStance(body: Reading, subject: ReadonlySet<string>): number {
  const { tokens, polarity, matches } = body;
  const first = tokens[0]?.clause ?? 0;
  const inFirst = tokens.map((_, at) => at).filter((at) => tokens[at]?.clause === first);
  const negators = polarity.negators[0] ?? 0;
  if (inFirst.some((at) => at > 0 && CONDITIONS.has(tokens[at]?.word ?? ''))) return 0;
  const content = inFirst.filter((at) => isContent(tokens[at] as Token));
  const negated = content.filter((at) => (polarity.signs[at] ?? 1) < 0);
  const touches = content.some((at) => idsAt(body, at).some((id) => subject.has(id)));
  if (negators % 2 === 1) {
    const isBare = negated.length <= 1;
    const ofSubject = negated.some((at) => idsAt(body, at).some((id) => subject.has(id)));
    const isOfPlace = inFirst.some(
      (at) => tokens[at]?.word === 'never' && PREPOSITIONS.has(tokens[at + 1]?.word ?? ''),
    );
    return ofSubject || (isBare && !isOfPlace) ? -1 : 0;
  }
  const saysYes = matches.some(
    ({ at, senses }) =>
      tokens[at]?.clause === first &&
      !isPreposition(body, at) &&
      senses.some((sense) => sense.kind === 'pole' && sense.side === 1 && YES.has(sense.id)),
  );
  const isOfIt = inFirst.some((at) => PRONOUNS.has(tokens[at]?.word ?? ''));
  if (saysYes || touches || isOfIt || negators > 0) return 2;
  return content.length > 0 ? 1 : 0;
}
