import { describe, expect, it } from 'vitest';
import { giveHandoffRoom, task, workspace } from '../../../world/handoff-room.ts';
import { asAgent, asPerson, claude, codex, start } from '../../../world/handoffs.ts';

const given = giveHandoffRoom();

describe('who takes it', () => {
  it('gets all that it says; whoever comes second is told who has it', async () => {
    const id = await given.idOf({ to: 'anybody' });
    const { handoff, claim } = await given.accept(id.slice(-6));
    expect(handoff.content).toMatchObject(task);
    expect(handoff).toMatchObject({
      standing: 'confirmed',
      posting: { state: 'accepted', takenBy: 'codex', takenIn: codex },
    });
    expect(claim).toMatchObject({ handoff: id, holder: 'codex' });
    const late = given.room.call('handoff.accept', { workspace, handoff: id }, asPerson('bob'));
    await expect(late).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('taken by codex'),
    });
    await expect(given.accept(id)).rejects.toThrow('you have taken it already');
  });

  it('is one of many who ask at the same moment', async () => {
    const id = await given.idOf();
    const asked = Array.from({ length: 20 }, (_, at) =>
      given.room.call(
        'handoff.accept',
        { workspace, handoff: id },
        at % 2 === 0 ? asPerson(`p-${at}`) : asAgent(`a-${at}`),
      ),
    );
    const ended = await Promise.allSettled(asked);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { history, handoff } = await given.show(id);
    expect(history.map(({ state }) => state)).toEqual(['offered', 'accepted']);
    for (const one of ended)
      if (one.status === 'rejected')
        expect(one.reason.message).toContain(`taken by ${handoff.posting.takenBy}`);
  });

  it('is once, also of one session that asks many times at once', async () => {
    const id = await given.idOf();
    const ended = await Promise.allSettled(Array.from({ length: 8 }, () => given.accept(id)));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await given.show(id)).history).toHaveLength(2);
  });

  it('is whom it is for: an agent by its name, its client by what it calls itself', async () => {
    const id = await given.idOf({ to: 'agent:codex' });
    const other = given.room.call('handoff.accept', { workspace, handoff: id }, asAgent('gemini-cli'));
    await expect(other).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const claimed = given.room.call(
      'handoff.accept',
      { workspace, handoff: id, as: 'agent:codex' },
      asAgent('gemini-cli'),
    );
    await expect(claimed).rejects.toThrow('you are gemini-cli');
    const client = await given.room.call(
      'handoff.accept',
      { workspace, handoff: id },
      asAgent('codex-mcp-client'),
    );
    expect(client.handoff.posting.takenBy).toBe('codex');
  });

  it('is a role: that of a subagent, or one that somebody says is his', async () => {
    const [first, second] = [
      await given.idOf({ to: 'role:Reviewer' }),
      await given.idOf({ to: 'role:reviewer' }),
    ];
    await expect(given.accept(first)).rejects.toThrow('it is for role:Reviewer');
    expect((await given.accept(first, { as: 'role:reviewer' })).handoff.posting.takenBy).toBe('codex');
    const child = `ses_${'7'.repeat(32)}`;
    const events = [start('claude-code', child, { parentSession: claude, role: 'reviewer' })];
    await given.room.call('event.append', { workspace, events });
    const input = { workspace, handoff: second, caller: child };
    expect(
      (await given.room.call('handoff.accept', input, asAgent('claude-code'))).handoff.posting.takenIn,
    ).toBe(child);
  });

  it('may be named by a person, which is recorded', async () => {
    const id = await given.idOf({ to: 'agent:codex' });
    await expect(
      given.room.call('handoff.accept', { workspace, handoff: id }, asPerson()),
    ).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      hint: `hivemind handoff accept ${id} --as agent:codex`,
    });
    const { handoff } = await given.room.call(
      'handoff.accept',
      { workspace, handoff: id, as: 'agent:codex' },
      asPerson(),
    );
    expect(handoff.posting).toMatchObject({ takenBy: 'codex', takenIn: null, by: 'ann' });
  });

  it('is not the session that offers it', async () => {
    const id = await given.idOf();
    await expect(given.accept(id, { caller: claude })).rejects.toThrow('it is your own');
  });

  it('owns its plan item, whose open questions went with it', async () => {
    const { item } = await given.room.call('plan.add', {
      workspace,
      title: 'Sessions in redis',
      owner: 'claude-code',
    });
    const { handoff } = await given.offer({ item: item.title });
    expect(handoff.posting.item).toBe(item.id);
    const taken = await given.accept(handoff.posting.id);
    expect(taken.item).toMatchObject({ id: item.id, owner: 'codex', state: 'doing' });
    const { items } = await given.room.call('plan.show', { workspace });
    expect(items[0]).toMatchObject({ owner: 'codex', state: 'doing' });
  });
});
