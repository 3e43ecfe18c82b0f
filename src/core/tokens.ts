/** Characters of a run that make about one token. Where vocabularies differ it is the smaller number: a budget is not overrun. */
const LETTERS = 4;
const DIGITS = 2;
const MARKS = 2;

/**
 * How many tokens a text takes, without a vocabulary: words by their length, digits and marks by twos, every other
 * character by its bytes in UTF-8. An estimate that is rather too high: ids, paths and other scripts take far more than
 * prose, for which four characters a token is right.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  let run = 0;
  let kind = 0;
  const close = (): void => {
    if (run > 0) tokens += Math.ceil(run / (kind === 1 ? LETTERS : kind === 2 ? DIGITS : MARKS));
    run = 0;
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const next = kindOf(code);
    if (next !== kind) close();
    kind = next;
    if (next === 4) tokens += code < 0x800 ? 1 : code >= 0xd800 && code <= 0xdfff ? 2 : 1.5;
    else if (next > 0) run += 1;
  }
  close();
  return Math.ceil(tokens);
}

/** 0: white space, which goes with the word after it; 1: a letter; 2: a digit; 3: a mark; 4: beyond ASCII. */
function kindOf(code: number): 0 | 1 | 2 | 3 | 4 {
  if (code > 0x7f) return 4;
  if (code <= 0x20) return 0;
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return 1;
  return code >= 0x30 && code <= 0x39 ? 2 : 3;
}
