/** Share of the wanted that is among the first `most`. */
export const recallAt = <T>(ranked: readonly T[], wanted: ReadonlySet<T>, most: number): number =>
  ranked.slice(0, most).filter((one) => wanted.has(one)).length / wanted.size;

/** 1 when one of the wanted is among the first `most`. */
export const hitAt = <T>(ranked: readonly T[], wanted: ReadonlySet<T>, most: number): number =>
  ranked.slice(0, most).some((one) => wanted.has(one)) ? 1 : 0;

/** Reciprocal rank of the first that is wanted. */
export function reciprocalRank<T>(ranked: readonly T[], wanted: ReadonlySet<T>): number {
  const place = ranked.findIndex((one) => wanted.has(one));
  return place < 0 ? 0 : 1 / (place + 1);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Park and Miller's generator: the same intervals in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** 95 % interval of the mean by 2,000 bootstrap samples of the queries (Efron, 1979). */
export function interval(values: readonly number[]): [low: number, high: number] {
  const random = createRandom(7);
  const means = Array.from({ length: 2_000 }, () =>
    mean(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return [means[50] ?? 0, means[1_949] ?? 0];
}
