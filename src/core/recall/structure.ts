import type { Based } from './base.ts';
import type { RankWeights } from './weights.ts';

/** What each event gets from those around it in its session: its neighbours, the prompt of its turn, the session's best. */
export function surroundings(based: readonly Based[], weights: RankWeights): Map<Based, number> {
  const sums = new Map<Based, number>();
  for (const session of Map.groupBy(based, ({ event }) => event.session).values()) {
    const ordered = session.sort((a, b) => a.event.seq - b.event.seq);
    const best = [...session].sort((a, b) => b.base - a.base).slice(0, 4);
    const prompts = new Map(
      ordered
        .filter(({ event }) => event.type === 'turn.prompted' && event.turn !== null)
        .map((one) => [one.event.turn, one]),
    );
    for (const [at, one] of ordered.entries()) {
      const prompt = prompts.get(one.event.turn);
      const ofPrompt = prompt === undefined || prompt === one ? 0 : weights.prompt * prompt.base;
      const others = best.filter((other) => other !== one).slice(0, 3);
      const ofSession = others.reduce((sum, other) => sum + weights.sessionMass * other.base, 0);
      sums.set(one, neighboursOf(ordered, at, weights) + ofPrompt + ofSession);
    }
  }
  return sums;
}

/** By the writer's own order, in which events of sessions at the same time stand between each other. */
function neighboursOf(ordered: readonly Based[], at: number, { neighbours }: RankWeights): number {
  const one = ordered[at]?.event;
  let sum = 0;
  for (const step of [-1, 1])
    for (let beside = at + step; beside >= 0 && beside < ordered.length; beside += step) {
      const other = ordered[beside];
      const distance = Math.abs((other?.event.seq ?? 0) - (one?.seq ?? 0));
      if (other === undefined || distance > neighbours.length) break;
      if (other.event.writer === one?.writer) sum += (neighbours[distance - 1] ?? 0) * other.base;
    }
  return sum;
}
