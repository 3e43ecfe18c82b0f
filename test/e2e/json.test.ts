import { afterAll, expect, test } from 'vitest';
import { commandWords } from '../../scripts/reference/cli.ts';
import { makeHome } from '../world/home.ts';

const home = makeHome();
afterAll(() => home.remove());

/** What `hivemind WORDS --json` says that is not one JSON object; null: it is one. */
async function faultOf(words: readonly string[]): Promise<string | null> {
  const { stdout } = await home.hivemind([...words, '--json']);
  try {
    const said: unknown = JSON.parse(stdout);
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? null : stdout;
  } catch {
    return `${words.join(' ')}: ${stdout.slice(0, 200)}`;
  }
}

test('every command says its result, or its error, as one JSON object', async () => {
  const some = [
    ['help', 'topics'],
    ['help', 'branch'],
    ['help', 'recall'],
    ['completion', 'fish'],
  ];
  const waiting = [...commandWords().map((words) => words.split(' ')), ...some];
  expect(waiting.length).toBeGreaterThan(100);
  const faults: (string | null)[] = [];
  const work = async (): Promise<void> => {
    for (let words = waiting.pop(); words !== undefined; words = waiting.pop())
      faults.push(await faultOf(words));
  };
  await Promise.all([work(), work(), work()]);
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
}, 300_000);
