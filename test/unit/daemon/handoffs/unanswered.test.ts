import { describe, expect, it } from 'vitest';
import { giveHandoffRoom, task, workspace } from '../../../world/handoff-room.ts';
import { asAgent, claude, codex } from '../../../world/handoffs.ts';

const given = giveHandoffRoom();

describe('an offer that nobody takes', () => {
  it('expires, is written down once, and may be offered again', async () => {
    const id = await given.idOf({ expires: '2h', to: 'agent:codex' });
    given.nowMs += 2 * 3_600_000;
    expect(await given.stateOf(id)).toBe('expired');
    await given.room.call('handoff.list', { workspace });
    expect((await given.show(id)).history.map(({ state }) => state)).toEqual(['offered', 'expired']);
    await expect(given.accept(id)).rejects.toThrow(/^it expired 2026/);
    const { handoff } = await given.offer({ again: id, to: 'anybody', expires: '1h' });
    expect(handoff.posting).toMatchObject({
      id,
      state: 'offered',
      to: { kind: 'anybody' },
      until: given.nowMs + 3_600_000,
    });
    given.nowMs += 3_600_000;
    expect((await given.show(id)).history.map(({ state }) => state)).toEqual([
      'offered',
      'expired',
      'offered',
      'expired',
    ]);
    await given.offer({ again: id });
    expect((await given.accept(id)).handoff.content).toMatchObject(task);
    await expect(given.offer({ again: id })).rejects.toThrow('it was taken by codex');
  });

  it('is declined with a reason, which does not stand on the board', async () => {
    const id = await given.idOf({ to: 'agent:codex' });
    const decline = (reason?: string) =>
      given.room.call(
        'handoff.decline',
        { workspace, handoff: id, caller: codex, ...(reason === undefined ? {} : { reason }) },
        asAgent('codex'),
      );
    await expect(decline()).rejects.toThrow(/^reason: say why/);
    expect((await decline('no access to the cluster')).handoff.posting).toMatchObject({
      state: 'declined',
      takenBy: 'codex',
    });
    expect((await given.show(id)).answers).toMatchObject([
      { by: 'codex', answer: 'declined', reason: 'no access to the cluster' },
    ]);
    await expect(given.accept(id)).rejects.toThrow('it was declined by codex');
    const { events } = await given.room.call('event.export', { workspace, limit: 10_000 });
    expect(JSON.stringify(events.filter(({ type }) => type === 'handoff.declined'))).not.toContain('cluster');
  });

  it('for anybody is declined by nobody, and taken back by whoever offered it', async () => {
    const id = await given.idOf();
    const byOther = given.room.call(
      'handoff.decline',
      { workspace, handoff: id, caller: codex, reason: 'no' },
      asAgent('codex'),
    );
    await expect(byOther).rejects.toThrow('it is for anybody');
    await given.room.call(
      'handoff.decline',
      { workspace, handoff: id, caller: claude },
      asAgent('claude-code'),
    );
    expect(await given.stateOf(id)).toBe('withdrawn');
  });
});

describe('on another branch', () => {
  it('one sees that it is there, not what it says, and is told how to get it', async () => {
    await given.room.call('branch.create', { workspace, name: 'secret' });
    const { handoff } = await given.offer({
      branch: 'secret',
      session: claude,
      status: 'sentinel',
      expires: '1d',
    });
    const { id } = handoff.posting;
    const seen = await given.show(id, { branch: 'main' });
    expect(seen.handoff).toMatchObject({ content: null, branch: 'secret', posting: { state: 'offered' } });
    expect(JSON.stringify(seen)).not.toContain('sentinel');
    const list = await given.room.call('handoff.list', { workspace });
    expect(JSON.stringify(list)).not.toContain('sentinel');
    await expect(given.accept(id)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      hint: expect.stringContaining(`hivemind handoff accept ${id} --branch secret`),
    });
    expect(await given.stateOf(id)).toBe('offered');
    expect((await given.accept(id, { branch: 'secret' })).handoff.content?.status).toBe('sentinel');
  });
});
