import { describe, expect, it } from 'vitest';
import { day, giveHandoffRoom, task, workspace } from '../../../world/handoff-room.ts';
import { asAgent, asPerson, claude } from '../../../world/handoffs.ts';

const given = giveHandoffRoom();

describe('an offer', () => {
  it('is filled in from the record of the session, and says what was', async () => {
    const { handoff, note } = await given.offer({ to: 'agent:codex', status: 'half done' });
    expect(note).toBe('');
    expect(handoff.posting).toMatchObject({
      from: 'claude-code',
      to: { kind: 'agent', name: 'codex' },
      state: 'offered',
      session: claude,
      until: given.nowMs + 14 * day,
    });
    expect(handoff.content).toMatchObject({
      ...task,
      status: 'half done',
      files: ['src/redis.ts', 'src/session.ts'],
      tests: {
        passed: ['npm run lint'],
        failed: [{ name: 'npm test', message: 'FAIL test/session.test.ts' }],
      },
      decisions: [{ text: 'session store: redis, because it is there' }],
      rejected: [{ approach: 'memcached', reason: 'no persistence' }],
      derived: ['tests', 'files', 'decisions', 'rejected'],
    });
    const { tokens } = handoff.content ?? {};
    expect(tokens?.handoff).toBeGreaterThan(20);
    expect(tokens?.transcript).toBeGreaterThan(20);
  });

  it('does not tell an attempt that was withdrawn since', async () => {
    const { attempts } = await given.room.call('memory.list', { workspace, kind: 'attempt' });
    for (const { event } of attempts)
      await given.room.call('memory.withdraw', { workspace, name: event }, asPerson());
    const { handoff } = await given.offer({});
    expect(handoff.content).toMatchObject({
      rejected: [],
      decisions: [{ text: 'session store: redis, because it is there' }],
    });
  });

  it('keeps what was written instead of what could be read', async () => {
    const { handoff } = await given.offer({
      file: ['a, b.ts'],
      passed: ['one'],
      failed: ['two=it, fails'],
      decision: ['three'],
      rejected: ['four: because, five'],
      question: ['which, and when?'],
    });
    expect(handoff.content).toMatchObject({
      files: ['a, b.ts'],
      tests: { passed: ['one'], failed: [{ name: 'two', message: 'it, fails' }] },
      decisions: [{ text: 'three' }],
      rejected: [{ approach: 'four', reason: 'because, five' }],
      questions: ['which, and when?'],
      derived: [],
    });
  });

  it('reads nothing when that is not wanted, or no session is known', async () => {
    expect((await given.offer({ derive: false })).handoff.content).toMatchObject({ files: [], derived: [] });
    const byPerson = await given.room.call('handoff.offer', { workspace, ...task }, asPerson());
    expect(byPerson.handoff.content).toMatchObject({ files: [], tokens: { transcript: null } });
    expect(byPerson.note).toContain('--session');
    const latest = await given.room.call(
      'handoff.offer',
      { workspace, ...task, session: 'latest' },
      asPerson(),
    );
    expect(latest.handoff.content?.files).toEqual(['src/redis.ts', 'src/session.ts']);
    expect(latest.handoff.posting).toMatchObject({ from: 'ann', session: claude });
  });

  it('of an MCP client that does not say its session is that of the only one of its agent at work', async () => {
    const { handoff, note } = await given.room.call(
      'handoff.offer',
      { workspace, ...task },
      asAgent('claude-code'),
    );
    expect(handoff.content?.files).toEqual(['src/redis.ts', 'src/session.ts']);
    expect(note).toContain(claude);
  });

  it('takes all of it as one object, and names what is wrong with it', async () => {
    const content = { ...task, to: 'role:reviewer', questions: ['why?'], tests: { failed: ['a=b'] } };
    const { handoff } = await given.offer({ task: undefined, next: undefined, content });
    expect(handoff.posting.to).toEqual({ kind: 'role', name: 'reviewer' });
    expect(handoff.content).toMatchObject({
      questions: ['why?'],
      tests: { failed: [{ name: 'a', message: 'b' }] },
    });
    await expect(given.offer({ to: 'codex' })).rejects.toThrow(/^to: is agent:NAME/);
    await expect(given.offer({ task: undefined })).rejects.toThrow(/^task: say what is to be done/);
    await expect(given.offer({ content: { tests: { failed: [{ name: '' }] } } })).rejects.toThrow(
      /^content\.tests\.failed\.0/,
    );
    await expect(given.offer({ expires: 'soon' })).rejects.toThrow(/^expires: is a length of time/);
    await expect(given.offer({ item: 'nothing' })).rejects.toThrow(/no plan item/);
    await expect(given.offer({ session: 'nobody' })).rejects.toThrow(/^session: there is no session/);
  });

  it('is not stored by a dry run', async () => {
    const before = given.live.open.store.count();
    const { handoff, stored } = await given.offer({ 'dry-run': true });
    expect(stored).toBe(false);
    expect(handoff.content?.files).toHaveLength(2);
    expect(given.live.open.store.count()).toBe(before);
  });

  it('has no content on the board', async () => {
    const id = await given.idOf({ status: 'sentinel-status', question: ['sentinel-question'] });
    await given.accept(id);
    const { events } = await given.room.call('event.export', { workspace, limit: 10_000 });
    const board = events.filter(({ type }) => /^handoff\.(posted|accepted)$/.test(type));
    expect(board).toHaveLength(2);
    expect(JSON.stringify(board)).not.toMatch(/sentinel|redis|expiry/);
    expect(JSON.stringify(events.find(({ type }) => type === 'handoff.offered'))).toContain(
      'sentinel-status',
    );
  });
});
