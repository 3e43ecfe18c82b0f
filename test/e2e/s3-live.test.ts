import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LiveNews } from '../../src/schema/live.ts';
import { follow } from '../../src/wire/follow.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, type Machine, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
let gone: AbortController;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
  gone = new AbortController();
});
afterEach(() => gone.abort());

/** What a machine's subscriber is told, for as long as the test lasts. */
function subscribe({ home }: Machine, after?: string): LiveNews[] {
  const told: LiveNews[] = [];
  const query = { workspace, kind: ['turn.prompted'], ...(after === undefined ? {} : { after }) };
  void (async () => {
    for await (const news of follow(home.socket, '0.0.0', query, { signal: gone.signal })) told.push(news);
  })();
  return told;
}

const textsIn = (told: readonly LiveNews[]): string[] =>
  told.flatMap((news) => ('event' in news ? [news.event.text] : []));

const isTold = (told: readonly LiveNews[], count: number) =>
  eventually(async () => textsIn(told).length >= count, `${count} events`, patienceMs);

const isReady = (told: readonly LiveNews[]) =>
  eventually(async () => told.some((news) => 'ready' in news), 'a subscription', patienceMs);

test('what another machine writes comes to a subscriber once it is here, also after an outage', async () => {
  await a.join();
  await a.drained();
  await b.join();
  const [here, there] = [subscribe(a), subscribe(b)];
  await Promise.all([isReady(here), isReady(there)]);
  await Promise.all([a.say('mine', 1, 15), b.say('theirs', 1, 15)]);
  await Promise.all([isTold(here, 30), isTold(there, 30)]);
  await b.line.refuse();
  await a.say('mine', 16, 10);
  await b.say('theirs', 16, 10);
  await isTold(here, 40);
  await isTold(there, 40);
  await b.line.listen();
  await Promise.all([isTold(here, 50), isTold(there, 50)]);
  for (const told of [here, there]) expect(new Set(textsIn(told)).size).toBe(50);
  const all = subscribe(b, 'start');
  await isReady(all);
  expect(textsIn(all).sort()).toEqual(textsIn(there).sort());
});
