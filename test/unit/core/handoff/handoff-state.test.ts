import { describe, expect, it } from 'vitest';
import { isFor, parseAddressee, postingAt } from '../../../../src/core/handoff.ts';
import { Registers } from '../../../../src/core/records/registers.ts';
import { toHandoffPosting } from '../../../../src/core/records/rows.ts';
import { Scope } from '../../../../src/core/scope.ts';
import type { FoldedEvent } from '../../../../src/schema/event.ts';
import type { HandoffPosting } from '../../../../src/schema/records.ts';

const board = 'br_board';
const scope = new Scope();
scope.add(board, null);

/** A write of the handoff `h` by one of two machines; `over` are the events that it replaces. */
function write(
  n: number,
  writer: string,
  type: string,
  set: Record<string, unknown>,
  over: readonly number[] = [],
): FoldedEvent {
  const replaced = over.map((one) => `evt_${one}`);
  return {
    id: `evt_${n}`,
    branch: board,
    session: 'ses_1',
    turn: null,
    agent: 'codex',
    writer,
    seq: n,
    hlc: n.toString(16).padStart(16, '0'),
    actor: { kind: 'agent', name: `by-${n}` },
    at: n,
    type,
    v: 1,
    status: 'ok',
    body: { key: 'h', set, over: Object.fromEntries(Object.keys(set).map((field) => [field, replaced])) },
  };
}

const posted = write(1, 'a', 'handoff.posted', {
  to: { kind: 'anybody' },
  from: 'x',
  state: 'offered',
  until: 100,
});
const takenBy = (n: number, writer: string, by: string) =>
  write(
    n,
    writer,
    'handoff.accepted',
    { state: 'accepted', by, bySession: `ses_${by}`, claim: `clm_${by}` },
    [1],
  );

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one, at) => permutations(all.toSpliced(at, 1)).map((rest) => [one, ...rest]));
}

/** What every order of arrival gives: it must be one. */
function folded(events: readonly FoldedEvent[], isLost?: (claim: string) => boolean): HandoffPosting {
  const results = permutations(events).map((order) => {
    const registers = new Registers();
    for (const event of order) registers.fold(event);
    const [record] = registers.all('handoff', scope);
    if (record === undefined) throw new Error('nothing was folded');
    return toHandoffPosting(record, isLost);
  });
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0] as HandoffPosting;
}

describe('a handoff that two machines answered', () => {
  it('is of the first that took it, in any order of arrival, and the other is shown beside', () => {
    const posting = folded([posted, takenBy(2, 'a', 'ann'), takenBy(3, 'b', 'bob')]);
    expect(posting).toMatchObject({ state: 'accepted', takenBy: 'ann', takenIn: 'ses_ann' });
    expect(posting.contested.map(({ field }) => field)).toContain('by');
  });

  it('is of the one whose claim was not lost', () => {
    const both = [posted, takenBy(2, 'a', 'ann'), takenBy(3, 'b', 'bob')];
    expect(folded(both, (claim) => claim === 'clm_ann')).toMatchObject({
      takenBy: 'bob',
      takenIn: 'ses_bob',
    });
    expect(folded(both, () => true)).toMatchObject({ takenBy: 'ann' });
  });

  it('is taken, although another machine saw it expire or somebody declined it meanwhile', () => {
    const expired = write(4, 'b', 'handoff.expired', { state: 'expired' }, [1]);
    const declined = write(5, 'c', 'handoff.declined', { state: 'declined', by: 'cid' }, [1]);
    expect(folded([posted, takenBy(2, 'a', 'ann'), expired, declined])).toMatchObject({
      state: 'accepted',
      takenBy: 'ann',
    });
    expect(folded([posted, expired, declined])).toMatchObject({ state: 'declined', takenBy: 'cid' });
  });

  it('is on offer again once that was seen', () => {
    const expired = write(2, 'a', 'handoff.expired', { state: 'expired' }, [1]);
    const again = write(3, 'a', 'handoff.posted', { state: 'offered', until: 900, by: null }, [1, 2]);
    expect(folded([posted, expired, again])).toMatchObject({ state: 'offered', until: 900, takenBy: null });
  });
});

it('judges by the moment of reading', () => {
  const posting = folded([posted]);
  expect(postingAt(posting, 99).state).toBe('offered');
  expect(postingAt(posting, 100).state).toBe('expired');
  expect(postingAt({ ...posting, state: 'accepted' }, 100).state).toBe('accepted');
});

it('knows for whom it is', () => {
  const who = { agent: 'codex', roles: ['reviewer'] };
  expect(isFor({ kind: 'anybody' }, { agent: null, roles: [] })).toBe(true);
  expect(isFor({ kind: 'agent', name: 'Codex' }, who)).toBe(true);
  expect(isFor({ kind: 'agent', name: 'reviewer' }, who)).toBe(false);
  expect(isFor({ kind: 'role', name: 'Reviewer' }, who)).toBe(true);
  expect(isFor({ kind: 'role', name: 'codex' }, who)).toBe(false);
  expect(parseAddressee('agent: codex ')).toEqual({ kind: 'agent', name: 'codex' });
  for (const wrong of ['', 'codex', 'agent:', 'agent:  ', 'team:x', `role:${'x'.repeat(201)}`])
    expect(parseAddressee(wrong)).toBeNull();
});
