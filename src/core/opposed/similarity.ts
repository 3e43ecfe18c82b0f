import type { PreparedDecision, Slot } from './features.ts';
import { lexicon } from './lexicon.ts';

/** Share that a mention in the choice counts for, against one in the subject. */
const MENTIONED = 0.7;
const IN_PART = 0.5;
/** What is left over on both sides tells two subjects apart; what is left over on one side only narrows it. */
const LEFT_ON_BOTH = 1.2;
const KNOWN = 1.2;
const UNKNOWN = 0.8;
const LEFT_ON_ONE = 0.15;
/** Two tools of one class speak of one thing, the more where the subjects name it. */
const SHARED_TOOLS = 0.25;
const NAMED_CLASS = 0.25;
const OTHER_SCOPE = 0.3;

/** Whether two decisions can be about the same at all: cheap, and no for nearly all pairs. */
export function mayMeet(a: PreparedDecision, b: PreparedDecision): boolean {
  for (const id of a.subject) if (b.about.has(id)) return true;
  for (const id of b.subject) if (a.about.has(id)) return true;
  for (const name of a.taken.keys()) if (b.taken.has(name)) return true;
  for (const id of a.parts) if (b.subject.has(id)) return true;
  for (const id of b.parts) if (a.subject.has(id)) return true;
  return false;
}

/** How surely two decisions answer the same question, 0 to 1; symmetric. */
export function compareSubjects(a: PreparedDecision, b: PreparedDecision): number {
  const one = cover(a.slots, b);
  const other = cover(b.slots, a);
  const matched = (one.met + other.met) / 2 + sharedClass(a, b);
  if (matched === 0) return 0;
  const less = Math.min(one.left, other.left);
  const more = Math.max(one.left, other.left);
  const score = matched / (matched + LEFT_ON_BOTH * less + LEFT_ON_ONE * (more - less));
  return inOtherScope(a, b) ? score * OTHER_SCOPE : score;
}

function cover(slots: readonly Slot[], other: PreparedDecision): { met: number; left: number } {
  let met = 0;
  let left = 0;
  for (const { ids, parts, weight } of slots) {
    const share = shareOf(ids, parts, other);
    met += weight * share;
    // What is known to be something else tells subjects apart more surely than a word nobody knows.
    left += weight * (1 - share) * (ids.some((id) => id.startsWith('c:')) ? KNOWN : UNKNOWN);
  }
  return { met, left };
}

function shareOf(ids: readonly string[], parts: readonly string[], other: PreparedDecision): number {
  if (ids.some((id) => other.subject.has(id))) return 1;
  if (ids.some((id) => other.about.has(id))) return MENTIONED;
  const isPart = ids.some((id) => other.parts.has(id)) || parts.some((id) => other.subject.has(id));
  return isPart ? IN_PART : 0;
}

/** What a class of alternatives that both choose from adds. */
function sharedClass(a: PreparedDecision, b: PreparedDecision): number {
  let most = 0;
  for (const name of a.taken.keys()) {
    if (!b.taken.has(name)) continue;
    const named = Number(asksFor(a, name)) + Number(asksFor(b, name));
    const isTools = lexicon().tools.has(name);
    if (isTools || named > 0) most = Math.max(most, NAMED_CLASS * named + (isTools ? SHARED_TOOLS : 0));
  }
  return most;
}

/** Whether the subject of a decision is what a class of alternatives is about. */
export const asksFor = ({ subject }: PreparedDecision, name: string): boolean =>
  (lexicon().topics.get(name) ?? []).some((topic) => subject.has(`c:${topic}`));

function inOtherScope(a: PreparedDecision, b: PreparedDecision): boolean {
  for (const [name, members] of a.scopes) {
    const others = b.scopes.get(name);
    if (others !== undefined && ![...members].some((member) => others.has(member))) return true;
  }
  if (a.limits.size === 0 || b.limits.size === 0) return false;
  return ![...a.limits].some((id) => b.limits.has(id));
}
