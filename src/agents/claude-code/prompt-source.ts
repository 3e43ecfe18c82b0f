/** Sources (of hook `source` and transcript `promptSource`) that stand for a person, or a program on their behalf. */
const humanSources: Record<string, string> = { user: 'human', human: 'human', sdk: 'sdk' };

/** Whether a person asked, and the `source` that goes into the body. */
export function sourceOf(
  prompt: string,
  source: string | null,
  origin: string | null,
): { human: boolean; source: string } {
  if (prompt.startsWith('<task-notification>') || origin === 'task-notification')
    return { human: false, source: 'system' };
  if (source === null) return { human: true, source: 'human' };
  const known = Object.hasOwn(humanSources, source) ? humanSources[source] : undefined;
  return known === undefined ? { human: false, source } : { human: true, source: known };
}
