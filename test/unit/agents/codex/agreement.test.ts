import { describe, expect, test } from 'vitest';
import { Draft } from '../../../../src/schema/event.ts';
import { hookDrafts, keyOf, readLines, readRollout, rollout, told } from './recorded.ts';

/** Told by hooks only: rollouts have no line for them. */
const hookOnly = (type: string, source: unknown): boolean =>
  type === 'session.ended' || (type === 'session.started' && source === 'resume');

describe('hooks and rollouts of the same sessions', () => {
  test.each([
    { name: 'a run with tools', hooks: 'work', rollouts: ['work'], shared: 2 },
    { name: 'a subagent', hooks: 'subagent', rollouts: ['subagent-parent', 'subagent-child'], shared: 4 },
    { name: 'a resumed session', hooks: 'resumed', rollouts: ['work'], shared: 1 },
  ])('$name: what both tell has one identity, one turn and one actor', ({ hooks, rollouts, shared }) => {
    const imported = new Map(rollouts.flatMap(readRollout).map((draft) => [keyOf(draft), draft]));
    const live = hookDrafts(hooks).filter(({ type, body }) => !hookOnly(type, body?.source));
    expect(live).toHaveLength(shared);
    for (const draft of live) {
      const twin = imported.get(keyOf(draft));
      expect(twin, draft.text).toBeDefined();
      expect({ ...twin?.actor, turn: twin?.turn, root: twin?.rootSession }).toEqual({
        ...draft.actor,
        turn: draft.turn,
        root: draft.rootSession,
      });
    }
  });

  test.each(['work', 'subagent-parent', 'subagent-child', 'compaction'])(
    '%s: read twice it gives the same facts, none of them twice, however it is cut',
    (folder) => {
      const { path, lines } = rollout(folder);
      const once = readLines(lines, path);
      expect(once.map(keyOf)).toEqual(readLines(lines, path).map(keyOf));
      expect(new Set(once.map(keyOf)).size).toBe(once.length);
      const known = new Set(once.map(keyOf));
      for (let cut = 1; cut < lines.length; cut++)
        for (const draft of readLines(lines.slice(0, cut), path)) {
          expect(() => Draft.parse(draft)).not.toThrow();
          const isWaiting = 'phase' in draft.identity && draft.identity.phase === 'unanswered';
          if (!isWaiting) expect(known.has(keyOf(draft)), `cut at ${cut}: ${draft.text}`).toBe(true);
        }
    },
  );

  test('the recorded run, as the rollout tells it', () => {
    const drafts = readRollout('work');
    expect(told(drafts)).toEqual([
      'session.started ok session started (import)',
      'turn.prompted ok SCENARIO:basic please fix add()',
      "turn.replied ok I'll look around first.",
      'tool.called ok echo hello-from-shell && ls',
      'file.edited ok Write src/util.ts',
      'file.edited ok Edit src/util.ts',
      'tool.called failed echo oops >&2; exit 3',
      'tool.called ok cat src/util.ts',
      'tool.called failed update_plan',
      'tool.called ok probe echo',
      'tool.called failed Edit nope.ts',
      'turn.replied ok All done: fixed add() in src/util.ts.',
      'turn.prompted ok SCENARIO:short go on',
      'turn.replied ok Checking.',
      'tool.called ok echo again',
      'turn.replied ok Second turn done.',
    ]);
    expect(drafts[0]).toMatchObject({
      actor: { model: 'gpt-5.5' },
      body: { model: 'gpt-5.5', cwd: '/home/dev/ws-codex', agentVersion: '0.169.0', gitBranch: 'main' },
    });
    expect(drafts[5]?.body?.hunks).toEqual([
      {
        oldStart: 1,
        oldLines: 3,
        newStart: 1,
        newLines: 3,
        lines: [' export function add(a: number, b: number) {', '-  return a - b;', '+  return a + b;', ' }'],
      },
    ]);
    expect(drafts[6]?.body).toMatchObject({
      tool: 'Bash',
      nativeTool: 'exec_command',
      exitCode: 3,
      error: 'oops\n',
    });
    expect(drafts.flatMap(({ body }) => (body?.tokens === undefined ? [] : [body.tokens]))).toHaveLength(10);
    expect(drafts.filter(({ body }) => body?.final === true)).toHaveLength(2);
    expect(drafts.some(({ text }) => text?.includes('HIVEMIND-'))).toBe(false);
  });

  test('the subagent is a session of its own, which the call that started it names', () => {
    const parent = readRollout('subagent-parent');
    const child = readRollout('subagent-child');
    const call = parent.find(({ body }) => body?.tool === 'Agent');
    expect(call?.body).toMatchObject({
      nativeTool: 'spawn_agent',
      input: { prompt: 'SCENARIO:short explore please', subagent_type: 'explorer' },
      childSession: child[0]?.session,
    });
    expect(child[0]?.body).toMatchObject({ parentSession: parent[0]?.session, role: 'explorer' });
    expect(new Set(child.map(({ rootSession }) => rootSession))).toEqual(new Set([parent[0]?.session]));
    expect(child.filter(({ actor }) => actor.kind === 'human')).toEqual([]);
    expect(new Set(child.slice(1).map(({ turn }) => turn)).size).toBe(1);
  });

  test('compactions are numbered within their turn', () => {
    const compacted = readRollout('compaction').filter(({ type }) => type === 'session.compacted');
    expect(compacted.map(({ identity }) => 'phase' in identity && identity.phase)).toEqual([
      'compacted',
      'compacted:2',
    ]);
    expect(compacted[0]?.body).toMatchObject({ trigger: 'auto' });
  });
});
