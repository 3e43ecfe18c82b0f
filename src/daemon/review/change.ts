import { scopeAt } from '../../core/lineage.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { isContent } from '../../core/records/content.ts';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { Cut } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { contentCut, headOfScope, reviewHead } from './standing.ts';

/** So many events back it is looked for what somebody saw. */
const mostSteps = 300;

/** What has come onto a branch since it was `head`, in words: `3 events (2 file.edited, 1 memory.decided)`. */
export async function whatChanged(open: OpenWorkspace, branch: string, head: string): Promise<string> {
  const filter = { spans: [{ branch, writer: null, upTo: null }] };
  const positions = await open.store.positions(filter);
  const page = positions.slice(-mostSteps);
  const events = (await open.store.at(filter, page)).filter(isContent).reverse();
  const cut: Cut = contentCut(open, branch);
  for (const [at, { writer }] of events.entries()) {
    const before = events.slice(at + 1).find((event) => event.writer === writer);
    if (before !== undefined) cut[writer] = before.seq;
    else if (page.length === positions.length) delete cut[writer];
    else break;
    if (headOfScope(scopeAt(open.branches, { branch, cut })) === head)
      return countsText(events.slice(0, at + 1));
  }
  return `more than ${events.length} events, or it is another branch`;
}

function countsText(events: readonly Event[]): string {
  const kinds = [...Map.groupBy(events, ({ type }) => type)]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([type, those]) => `${those.length} ${type}`);
  return `${events.length === 1 ? '1 event' : `${events.length} events`} (${kinds.join(', ')})`;
}

type Sides = Record<'source' | 'target', BranchRecord>;

/** What is said when the source is not what was looked at; `what` says how. */
export const changed = ({ source, target }: Sides, what: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${source.name} has changed since it was looked at: ${what}`, {
    hint: `hivemind review show ${shellWord(source.name)}${target.name === 'main' ? '' : ` --into ${shellWord(target.name)}`}`,
  });

/** Throws when the source is not what was looked at any more. `head` undefined: nobody says what that was. */
export async function checkUnchanged(
  open: OpenWorkspace,
  sides: Sides,
  head: string | undefined,
): Promise<void> {
  if (head === undefined || head === reviewHead(open, sides.source.id)) return;
  throw changed(sides, await whatChanged(open, sides.source.id, head));
}
