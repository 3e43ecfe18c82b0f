import { describe, expect, test } from 'vitest';
import { bodies, isKnownType } from '../../../../src/schema/bodies/index.ts';
import { Draft, type DraftInput } from '../../../../src/schema/event.ts';
import { hookDrafts, keyOf, readTranscript } from './recorded.ts';

const session = 'd85401e5-e770-44d8-8444-267e00ded4a1';
const main = `run1/${session}.jsonl`;
const child = `run1/${session}/subagents/agent-a5c8971e0b9e9295c.jsonl`;

/** Told by hooks only: the transcript has no line for them. */
const hookOnly = (type: string, source: unknown): boolean =>
  type === 'session.ended' || (type === 'session.started' && (source === 'resume' || source === 'compact'));

/** By key; the first one stands, as in the store. The scripted model numbers its calls anew in each run. */
function firstOf(drafts: readonly DraftInput[]): Map<string, DraftInput> {
  const found = new Map<string, DraftInput>();
  for (const draft of drafts) if (!found.has(keyOf(draft))) found.set(keyOf(draft), draft);
  return found;
}

describe('hooks and transcripts of the same sessions', () => {
  const recordings = [
    { name: 'a run with tools and a subagent', hooks: ['run1/hooks.jsonl'], transcripts: [main, child] },
    { name: 'a compaction', hooks: ['run1/hooks-compact.jsonl'], transcripts: [main] },
    {
      name: 'a resumed, compacted and forked session',
      hooks: ['fork/hooks.jsonl'],
      transcripts: [
        'fork/11111111-1111-4111-8111-111111111111.jsonl',
        'fork/c11b0fd9-b75d-46cb-b278-97a6a7e39220.jsonl',
      ],
    },
  ];

  test.each(recordings)(
    '$name: the transcript knows every fact of the hooks by the same identity',
    ({ hooks, transcripts }) => {
      const live = hooks.flatMap(hookDrafts);
      const imported = firstOf(transcripts.flatMap((name) => readTranscript(name).drafts));
      const shared = live.filter((draft) => !hookOnly(draft.type, draft.body?.source));
      expect(shared.length).toBeGreaterThan(0);
      for (const draft of shared) {
        const twin = imported.get(keyOf(draft));
        expect(twin, `${draft.type} ${draft.text}`).toBeDefined();
        expect({ type: twin?.type, status: twin?.status, paths: twin?.paths, turn: twin?.turn }).toEqual({
          type: draft.type,
          status: draft.status,
          paths: draft.paths,
          turn: draft.turn,
        });
      }
    },
  );

  test('the first run: every call, edit, prompt and final reply is shared', () => {
    const live = hookDrafts('run1/hooks.jsonl');
    expect(live.map((draft) => `${draft.type} ${draft.status} ${draft.text?.split('\n')[0]}`)).toEqual([
      'session.started ok session started (startup)',
      'turn.prompted ok SCENARIO:basic please fix add()',
      'tool.called ok echo hello-from-bash && ls',
      'file.edited ok Write src/util.ts',
      'file.edited ok Edit src/util.ts',
      'tool.called ok Read src/util.ts',
      'tool.called failed echo oops >&2; exit 3',
      'tool.called ok Explore the repo',
      'session.started ok session started (subagent)',
      'tool.called ok probe echo',
      'tool.called ok cat README.md',
      'tool.called failed Read does-not-exist.txt',
      'turn.replied ok Subagent report: the repo has a README.',
      'turn.replied ok All done: fixed add() in src/util.ts.',
      'turn.prompted ok <task-notification>',
      'turn.replied ok All done: fixed add() in src/util.ts.',
      'session.ended ok session ended (other)',
    ]);
  });

  test('a fork does not tell the history that it was made from', () => {
    const { drafts } = readTranscript('fork/c11b0fd9-b75d-46cb-b278-97a6a7e39220.jsonl');
    expect(drafts.map((draft) => `${draft.type} ${draft.text?.split('\n')[0]}`)).toEqual([
      'session.started session started (import)',
      'session.compacted Second turn done.',
      'turn.prompted SCENARIO:short forked',
      'turn.replied Checking.',
      'tool.called echo again',
      'turn.replied Second turn done.',
    ]);
  });

  test('every draft is one that the append path takes, with the body of its type', () => {
    const all = [
      ...hookDrafts('run1/hooks.jsonl'),
      ...hookDrafts('fork/hooks.jsonl'),
      ...readTranscript(main).drafts,
      ...readTranscript(child).drafts,
    ];
    for (const draft of all) {
      const parsed = Draft.parse(draft);
      if (isKnownType(parsed.type)) bodies[parsed.type].body.parse(parsed.body);
      expect(isKnownType(parsed.type)).toBe(true);
    }
  });
});
