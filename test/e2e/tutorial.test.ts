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

test('the tutorial, typed line by line, does what it shows', async () => {
  for (const { line, shell, shown, notRun } of steps) {
    if (notRun !== null) continue;
    const { exitCode, output } = await walker.run(shell);
    expect(exitCode, `tutorial.md:${line}\n${shell}\n${output}`).toBe(0);
    if (shown === null) continue;
    const missing = missingLine(shown, output);
    expect(missing, `tutorial.md:${line} shows a line that is not in\n${output}`).toBeNull();
  }
}, 300_000);
