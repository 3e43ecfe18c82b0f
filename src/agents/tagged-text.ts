/**
 * Text without what stands between `<tag>` and `</tag>`, trimmed; a tag that is not closed stays.
 * Written with indexOf: a lazy pattern takes quadratic time on text that opens many tags and closes none.
 */
export function withoutTagged(text: string, tags: readonly string[]): string {
  let rest = text;
  for (const tag of tags) {
    const kept: string[] = [];
    let from = 0;
    for (;;) {
      const start = rest.indexOf(`<${tag}>`, from);
      const end = start < 0 ? -1 : rest.indexOf(`</${tag}>`, start);
      if (end < 0) break;
      kept.push(rest.slice(from, start));
      from = end + tag.length + 3;
    }
    rest = kept.join('') + rest.slice(from);
  }
  return rest.trim();
}
