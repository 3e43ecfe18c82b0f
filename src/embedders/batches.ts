/** Texts in one request, and characters of them: servers take a few hundred thousand tokens at once. */
const batchTexts = 64;
const batchCharacters = 100_000;

/** Does the work in parts, one after the other, and gives the results of all in order. */
export async function inBatches<T>(
  texts: readonly string[],
  work: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < texts.length; ) {
    let [end, characters] = [at, 0];
    do {
      characters += texts[end]?.length ?? 0;
      end += 1;
    } while (
      end < texts.length &&
      end - at < batchTexts &&
      characters + (texts[end]?.length ?? 0) <= batchCharacters
    );
    results.push(...(await work(texts.slice(at, end))));
    at = end;
  }
  return results;
}

/** The same in parts of so many texts. */
export async function inParts<T>(
  texts: readonly string[],
  size: number,
  work: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < texts.length; at += size) results.push(...(await work(texts.slice(at, at + size))));
  return results;
}
