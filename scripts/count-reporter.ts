import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** How many files are named as the slowest. */
const slowest = 12;

/**
 * Says which files took longest, why each skipped test was skipped and writes "N passed, N failed, N skipped" to $HIVEMIND_COUNTS_FILE.
 * A file that could not be loaded and an unhandled error count as one failure each. With $HIVEMIND_CI set, a
 * skipped test that gives no reason is a failure too: tests skip by `context.skip('why this machine cannot')`.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed += 1;
        else if (result.state === 'failed') counts.failed += 1;
        else {
          counts.skipped += 1;
          counts.failed += reportSkip(test.fullName, result.state === 'skipped' ? result.note : undefined);
        }
      }
    }
    console.log(`slowest: ${slowestOf(modules)}`);
    if (counts.failed > 0) process.exitCode = 1;
    const file = process.env.HIVEMIND_COUNTS_FILE;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    if (file) writeFileSync(file, `${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}

function slowestOf(modules: readonly TestModule[]): string {
  const files = modules.map((module) => ({
    name: module.relativeModuleId,
    seconds: module.diagnostic().duration / 1000,
  }));
  const sorted = files.sort((a, b) => b.seconds - a.seconds).slice(0, slowest);
  return sorted.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ');
}

/** Prints why a test was skipped; returns how many failures it stands for. */
function reportSkip(name: string, reason: string | undefined): number {
  if (reason) console.log(`skipped: ${name}; reason: ${reason}`);
  // Elsewhere than in CI these are the tests that `-t` or a path left out.
  if (reason || !process.env.HIVEMIND_CI) return 0;
  console.log(`FAILED, skipped without a reason: ${name}`);
  return 1;
}
