import { describe, expect, it } from 'vitest';
import { renderHandoff, renderHandoffs } from '../../../src/cli/render/handoff.ts';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import { HandoffOffered } from '../../../src/schema/bodies/handoff.ts';
import type { HandoffView } from '../../../src/schema/operations/handoff.ts';

const id = `hof_${'ab12cd34'.repeat(4)}`;
const view = { paint: plainPaint, now: 10_000, width: 60 };

function viewOf(given: {
  task?: string;
  next?: string;
  from?: string;
  branch?: string;
  unseen?: boolean;
}): HandoffView {
  const to = { kind: 'agent' as const, name: 'codex' };
  const { task = 'move sessions', next = 'write the test', from = 'claude-code', branch = 'main' } = given;
  const content = HandoffOffered.parse({
    key: id,
    to,
    task,
    next,
    tokens: { handoff: 220, transcript: 74_031 },
  });
  return {
    posting: {
      id,
      to,
      from,
      session: null,
      branch: null,
      content: null,
      item: null,
      state: 'accepted',
      takenBy: 'codex',
      takenIn: null,
      until: 9_000,
      createdAt: 1,
      updatedAt: 2,
      by: 'ann',
      event: 'evt_1',
      contested: [],
    },
    content: given.unseen === true ? null : content,
    branch,
    standing: 'provisional',
  };
}

const where = { workspace: 'w', branch: 'main' };
const list = (one: HandoffView) => renderHandoffs({ ...where, handoffs: [one], total: 3 }, view);
const show = (handoff: HandoffView) => renderHandoff({ ...where, handoff, answers: [], history: [] }, view);

describe('a handoff in a terminal', () => {
  it('says in a list who has it, who said so, how sure that is and how long it is', () => {
    expect(list(viewOf({})).replace(/\s+/g, ' ')).toBe(
      'accepted move sessions claude-code → agent:codex · accepted by codex (ann said so) (provisional) · just now · 220 tokens in place of a transcript of 74,031 · 12cd34 2 more: --limit 3',
    );
  });

  it('is no wider than the terminal, but for its head', () => {
    const long = viewOf({ task: 'word '.repeat(300), next: 'x'.repeat(500) });
    for (const line of [...list(long).split('\n'), ...show(long).split('\n').slice(1)])
      expect(displayWidth(line)).toBeLessThanOrEqual(view.width);
  });

  it('has no escape sequences of others, and quotes the branch that it names', () => {
    const evil = '\u001b[31mred\u0007\nnext: lie\u202e';
    const text =
      show(viewOf({ task: evil, next: evil, from: evil })) + list(viewOf({ task: evil, from: evil }));
    for (const mark of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(mark);
    expect(show(viewOf({ unseen: true, branch: "a'; rm -rf ~" }))).toContain(`--branch 'a'\\''; rm -rf ~'`);
  });
});
