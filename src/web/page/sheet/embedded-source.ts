import { parseMoment } from '../../../core/moment.ts';
import { says } from '../../../core/replay/saying.ts';
import type { Sheet, SheetStep } from '../../../core/replay/sheet.ts';
import { isOfKind } from '../../../core/replay/step-kinds.ts';
import { CallError } from '../api.ts';
import type { Choice, ReplayPage, ReplaySource, Sought, Step } from '../screens/replay/source.ts';

/** What a store knows of an event and a page does not tell. */
const untold = {
  delivery: null,
  fact: '',
  workspace: '',
  branch: '',
  writer: '',
  seq: 1,
  hlc: '',
  parent: null,
  trace: '',
  span: '',
  parentSpan: null,
  v: 1,
} as const;

/** What a page holds stays in its order. */
const order = 'saved';

const stepOf = (step: SheetStep): Step => ({ ...untold, ...step });

const isChosen = (step: Step, { only, agents }: Choice): boolean =>
  (only.length === 0 || only.some((kind) => isOfKind(step, kind))) &&
  (agents.length === 0 || agents.includes(step.agent));

function testOf({ kind, text, at }: Sought): (step: Step) => boolean {
  const words = text?.trim().toLowerCase();
  const since = at === undefined ? Number.NEGATIVE_INFINITY : parseMoment(at, Date.now());
  if (since === null)
    throw new CallError({
      code: 'INVALID_ARGUMENT',
      message: `"${at}" is no time: 14:30, 2026-05-01T10:00, 2h`,
    });
  return (step) =>
    (kind === undefined || isOfKind(step, kind)) &&
    step.at >= since &&
    (words === undefined || says(step, words));
}

/** The steps that the page itself holds. */
export function embeddedSource(sheet: Sheet, choice: Choice): ReplaySource {
  const all = sheet.steps.map(stepOf);
  const steps = all.filter((step) => isChosen(step, choice));
  const isWhole = steps.length === all.length;
  const head: Omit<ReplayPage, 'steps'> = {
    subject: sheet.subject,
    session: sheet.session,
    children: sheet.children,
    agents: sheet.agents,
    total: steps.length,
    order,
  };
  return {
    page: async (skip, limit) => ({ ...head, steps: steps.slice(skip, skip + limit) }),
    knowledge: async () => sheet.known,
    find: async (sought, from, direction) => {
      const test = testOf(sought);
      const by = direction === 'next' ? 1 : -1;
      for (let at = from + by; at >= 0 && at < steps.length; at += by) {
        const step = steps[at];
        if (step !== undefined && test(step)) return { step: at, order };
      }
      return { step: null, order };
    },
    // With some left out the numbers are others than those of the picture.
    lanes: async () => (isWhole ? sheet.lanes : { ...sheet.lanes, lanes: [], first: [] }),
    place: async (event) => {
      const at = steps.findIndex(({ id }) => id === event);
      return at < 0 ? null : at;
    },
    branch: null,
    knowledgeNote: 'As it was at the last step of this page.',
  };
}
