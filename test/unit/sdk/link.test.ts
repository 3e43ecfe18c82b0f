import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/schema/app-error.ts';
import type { Call } from '../../../src/schema/operation.ts';
import { openLink } from '../../../src/sdk/link.ts';
import { follow } from '../../../src/wire/follow.ts';

const full = new AppError('RESOURCE_EXHAUSTED', 'full', { details: { retryAfterMs: 40 } });
const refused = new AppError('UNAVAILABLE', 'nobody', { cause: { code: 'ECONNREFUSED' } });
const lost = new AppError('UNAVAILABLE', 'the daemon went away in the middle of its answer');

/** A link to daemons that answer each call with the next of `answers`; an error is thrown. */
async function linkTo(answers: unknown[]) {
  const seen: unknown[] = [];
  const slept: number[] = [];
  let dials = 0;
  const call = (async (name: string, input: unknown) => {
    seen.push([name, input]);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer;
  }) as Call;
  const link = await openLink({
    dial: async () => {
      dials += 1;
      return { call, follow: (...asked) => follow('/nowhere', '0.0.0', ...asked), close: () => undefined };
    },
    sleep: async (ms) => slept.push(ms),
    random: () => 1,
  });
  return { link, seen, slept, dials: () => dials };
}

const append = { events: [], delivery: 'nonce' } as never;

describe('a link', () => {
  it('comes back when it was told to, with the same delivery', async () => {
    const { link, seen, slept } = await linkTo([full, full, { appended: ['e'], duplicates: 0 }]);
    expect(await link.call('event.append', append)).toEqual({ appended: ['e'], duplicates: 0 });
    expect(seen).toEqual(Array(3).fill(['event.append', append]));
    expect(slept).toEqual([60, 60]);
  });

  it('gives up in the end', async () => {
    const { link, seen } = await linkTo([full]);
    await expect(link.call('event.append', append)).rejects.toBe(full);
    expect(seen).toHaveLength(31);
  });

  it('does not come back when it was not told to', async () => {
    const disk = new AppError('RESOURCE_EXHAUSTED', 'the disk is full');
    const { link, seen } = await linkTo([disk]);
    await expect(link.call('event.append', append)).rejects.toBe(disk);
    expect(seen).toHaveLength(1);
  });

  it('finds another daemon where there is none any more', async () => {
    const { link, dials } = await linkTo([refused, { items: [] }]);
    expect(await link.call('plan.show', {})).toEqual({ items: [] });
    expect(dials()).toBe(2);
  });

  it('makes only an append again when the answer was lost', async () => {
    const other = await linkTo([lost, { item: {} }]);
    await expect(other.link.call('plan.add', { title: 'once' })).rejects.toBe(lost);
    expect(other.seen).toHaveLength(1);
    const appending = await linkTo([lost, { appended: [], duplicates: 1 }]);
    expect(await appending.link.call('event.append', append)).toEqual({ appended: [], duplicates: 1 });
    expect(appending.seen).toHaveLength(2);
  });

  it('is over when it was closed', async () => {
    const { link, seen } = await linkTo([{}]);
    link.close();
    await expect(link.call('plan.show', {})).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(seen).toEqual([]);
  });
});
