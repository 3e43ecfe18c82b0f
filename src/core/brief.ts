import type { Basis } from '../schema/bodies/record.ts';
import { type Chosen, choose, headings, renderChosen } from './brief/choose.ts';
import { type BriefInput, type Scene, sceneOf } from './brief/input.ts';
import { basesOf, type Known, knownFor } from './brief/knowledge.ts';
import { type Holding, knowledgeLines } from './brief/knowledge-lines.ts';
import type { Candidate, SectionName } from './brief/line.ts';
import { otherLines, recentLines } from './brief/others.ts';
import { handoffLines, noticeLines, ownLines } from './brief/own.ts';
import { type PlanNow, planLines, planNow } from './brief/plan.ts';
import { type Work, workOf } from './brief/work.ts';
import { asRecord } from './quote.ts';
import { countTokens } from './tokens.ts';

export type { BriefInput, BriefMoment } from './brief/input.ts';

/** Agents cut what a hook prints at 10,000 characters; this leaves room for what they put around it. */
const mostChars = 8000;
/** A subagent has its task from whoever started it. */
const subagentShare = 0.4;
/** Files that were edited last, of which the work is taken to be. */
const filesOfWork = 40;

export interface Brief {
  /** Empty when there is nothing to say. */
  text: string;
  /** What it takes, as `countTokens` counts. */
  tokens: number;
  /** What it might take. */
  budget: number;
  /** Sessions of others that it tells of. */
  sessions: number;
  /** Every line that was thought of, told or not, by section. */
  sections: { name: SectionName; heading: string; lines: Chosen[] }[];
}

const more =
  'Hivemind keeps what agents of this workspace did. Before you try something anew, ask the `recall` MCP tool, or run: hivemind recall "what you want to know"';
// Without its name: names come from outside, and this stands outside of what is quoted.
const where =
  '\nYou are on a branch of this memory: others see what you do once it is merged. `hivemind branch show` tells more.';

/** A brief of which it is known what it may say, and not yet whether that still holds. */
export interface PreparedBrief {
  /** Event id → what is told of it rests on this. */
  bases: ReadonlyMap<string, Basis>;
  /** `holding`: event id → whether that is still so; of others nothing is said. */
  tell(holding: Holding): Brief;
}

/**
 * What an agent is told when it begins, or goes on after its context was compacted: handoffs, plan, conventions, decisions
 * and failed attempts that touch the work, what others do. At most `budget` tokens and 8,000 characters (UTF-16 units); the
 * same input in the same minute gives the same text, whatever the order of its lists. Empty when there is nothing to say.
 */
export function prepareBrief(input: BriefInput): PreparedBrief {
  const given = sceneOf(input);
  const share = given.moment === 'subagent' ? subagentShare : 1;
  const scene = { ...given, budget: Math.floor(given.budget * share) };
  const plan = planNow(scene);
  const work = workOf([...plan.mine, ...plan.doing, ...plan.ready, ...plan.blocked], lately(scene));
  const known = knownFor(scene, work);
  return { bases: basesOf(known), tell: (holding) => tell(scene, { plan, work, known }, holding) };
}

export const brief = (input: BriefInput): Brief => prepareBrief(input).tell(new Map());

function tell(scene: Scene, about: About, holding: Holding): Brief {
  const frame = (lines: string): string =>
    `${asRecord('brief', scene.workspaceName, lines)}\n${more}${scene.isOnBranch ? where : ''}`;
  const around = frame('');
  const room = {
    tokens: scene.budget - countTokens(around) - 1,
    chars: mostChars - around.length - 1,
  };
  const chosen = choose(candidatesOf(scene, about, holding), room);
  const told = chosen.filter((one) => one.told);
  const text = told.length > 0 ? frame(renderChosen(told)) : '';
  return {
    text,
    tokens: countTokens(text),
    budget: scene.budget,
    sessions: told.filter(({ section }) => section === 'sessions' || section === 'now').length,
    sections: [...Map.groupBy(chosen, ({ section }) => section)].map(([name, lines]) => ({
      name,
      heading: headings[name],
      lines,
    })),
  };
}

interface About {
  plan: PlanNow;
  work: Work;
  known: Known;
}

const candidatesOf = (scene: Scene, { plan, work, known }: About, holding: Holding): Candidate[] => [
  ...noticeLines(scene),
  ...ownLines(scene),
  ...handoffLines(scene),
  ...planLines(scene, plan),
  ...knowledgeLines(known, holding, scene.budget),
  ...otherLines(scene, work),
  ...recentLines(scene),
];

/** The files that were edited last, by whomever, the reader's own first. */
function lately({ deeds, own }: Scene): { path: string; why: string }[] {
  const edits = deeds
    .filter(({ what }) => what === 'edit')
    .sort(
      (a, b) =>
        Number(own.has(b.session)) - Number(own.has(a.session)) || b.at - a.at || (a.id < b.id ? 1 : -1),
    );
  const files = new Map<string, string>();
  for (const { paths, session } of edits) {
    for (const path of paths)
      if (!files.has(path)) files.set(path, own.has(session) ? 'edited by you' : 'edited lately');
    if (files.size >= filesOfWork) break;
  }
  return [...files].map(([path, why]) => ({ path, why }));
}
