import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Embeddings } from '../../../src/store/embeddings.ts';
import { vectorFailpoints } from '../../../src/store/failpoint.ts';
import { doJob } from '../../../src/store/job.ts';
import { branchesOf, writersOf } from '../../world/vectors.ts';

const crasher = join(import.meta.dirname, '../../world/vectors-crasher.ts');
const count = 300;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hm-vectors-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What it printed; null when it was killed. */
const run = (failpoint: string): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, HIVEMIND_FAILPOINT: failpoint };
    const args = ['--disable-warning=ExperimentalWarning', crasher, directory, String(count)];
    execFile(process.execPath, args, { env }, (error, out, err) => {
      if (error !== null && error.signal !== 'SIGKILL') reject(new Error(err));
      else resolve(error === null ? out : null);
    });
  });

test.each(vectorFailpoints.flatMap((point) => [`${point}:1`, `${point}:3`]))(
  'killed at %s, everything is there once after the next run, and nothing was taken for damage',
  async (failpoint) => {
    expect(await run(failpoint)).toBeNull();
    expect(await run('')).toBe('DONE\n');
    const dropped: string[] = [];
    const vectors = await Embeddings.open({
      directory,
      model: 'm',
      dims: 8,
      runJob: doJob,
      onDropped: (table) => dropped.push(table),
    });
    const spans = branchesOf.map((branch) => ({ branch, writer: null, upTo: null }));
    const hits = await vectors.search(new Float32Array(8).fill(Math.sqrt(1 / 8)), { spans }, 10_000);
    expect(hits).toHaveLength(count);
    expect(new Set(hits.map(({ id }) => id)).size).toBe(count);
    expect(vectors.covered().count(writersOf[0] ?? '', 1, count)).toBe(count);
    expect(vectors.size).toBe(count);
    expect(dropped).toEqual([]);
    await vectors.close();
  },
);
