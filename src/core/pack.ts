import type { EpisodeCard } from '../schema/operations/recall.ts';
import { shrinkCard, withTokens } from './cards.ts';
import { RECORD_TOKENS } from './quote.ts';

/** Factor for each card of the same session that is already in the answer. */
const SAME_SESSION = 0.6;
/** Most that a card loses for touching the same paths as one that is already in. */
const SAME_PATHS = 0.4;
/** A card below this part of the best one's score is not worth its tokens. */
const WORTH = 0.15;

const overlap = (a: readonly string[], b: readonly string[]): number => {
  const both = a.filter((path) => b.includes(path)).length;
  return both === 0 ? 0 : both / (a.length + b.length - both);
};

/** Score per token against what is already in; the root, because a card twice as long is not half as good. */
function worthOf(card: EpisodeCard, chosen: readonly EpisodeCard[]): number {
  const novelty = chosen.reduce(
    (factor, other) =>
      factor *
      (other.session === card.session ? SAME_SESSION : 1) *
      (1 - SAME_PATHS * overlap(card.paths, other.paths)),
    1,
  );
  return (card.score * novelty) / Math.sqrt(Math.max(1, card.tokens));
}

function shrinkToFit(card: EpisodeCard, room: number): EpisodeCard | null {
  const sizes = [card, shrinkCard(card, 1), shrinkCard(card, 2)];
  return sizes.find((size) => size.tokens <= room) ?? null;
}

/**
 * Chooses cards for an answer of at most `budget` tokens (its frame included) and `limit` cards: the best one first,
 * then by score per token, less for sessions and paths that are already in. A card that does not fit is shortened.
 * `tokens` is what `renderRecall` takes; 0 when no card fits.
 */
export function pack(
  cards: readonly EpisodeCard[],
  { budget, limit }: { budget: number; limit: number },
): { cards: EpisodeCard[]; tokens: number } {
  const best = Math.max(0, ...cards.map((card) => card.score));
  let waiting = cards.map(withTokens).filter((card) => card.score >= best * WORTH);
  const chosen: EpisodeCard[] = [];
  let tokens = RECORD_TOKENS;
  while (waiting.length > 0 && chosen.length < limit) {
    const worth = (card: EpisodeCard): number => (chosen.length === 0 ? card.score : worthOf(card, chosen));
    const next = waiting.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    waiting = waiting.filter((card) => card !== next);
    const fitting = shrinkToFit(next, budget - tokens);
    if (fitting === null) continue;
    chosen.push(fitting);
    tokens += fitting.tokens;
  }
  chosen.sort((a, b) => b.score - a.score);
  return { cards: chosen, tokens: chosen.length === 0 ? 0 : tokens };
}
