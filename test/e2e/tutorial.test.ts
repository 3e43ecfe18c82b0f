import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeHome, packageRoot } from '../world/home.ts';
import { missingLine, placeProgram, startWalk, stepsOf, type Walker } from '../world/walkthrough.ts';

const page = readFileSync(join(packageRoot, 'docs', 'guides', 'tutorial.md'), 'utf8');
const steps = stepsOf(page);

let home: Home;
let walker: Walker;
beforeAll(() => {
  home = makeHome();
  placeProgram(home);
  walker = startWalk(home);
});
afterAll(() => home.remove());

test('the tutorial says of every block that is not run why', () => {
  expect(steps.filter(({ notRun }) => notRun === null).length).toBeGreaterThan(12);
  for (const { notRun } of steps) expect(notRun).not.toBe('');
});

/** Of these the answer may be a moment late: what follows from a session is learnt behind it, and the test types fast. */
const looksOnly = /^hivemind (?:recall|attempts)\b/;
const patienceMs = 40_000;

test('the tutorial, typed line by line, does what it shows', async () => {
  for (const { line, shell, shown, notRun } of steps) {
    if (notRun !== null) continue;
    const run = async (): Promise<{ output: string; missing: string | null }> => {
      const { exitCode, output } = await walker.run(shell);
      expect(exitCode, `tutorial.md:${line}\n${shell}\n${output}`).toBe(0);
      return { output, missing: shown === null ? null : missingLine(shown, output) };
    };
    const until = Date.now() + patienceMs;
    let done = await run();
    while (done.missing !== null && looksOnly.test(shell) && Date.now() < until) done = await run();
    expect(done.missing, `tutorial.md:${line} shows a line that is not in\n${done.output}`).toBeNull();
  }
}, 300_000);
