import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, ratio, toRow } from './lib/measure.ts';
import { makeWorld } from './lib/world.ts';

interface Imported {
  bytes: number;
  appended: number;
  kinds: Record<string, Record<string, number>>;
  durationMs: number;
}

/**
 * Time per MB to import the transcripts below `path`, each round into a new workspace, beside JSON.parse of the same
 * lines: parsing is the least that any importer does. Ours translates, redacts, tokenises, syncs and indexes as well.
 */
export async function benchImport(rounds: number, path: string): Promise<Report> {
  const world = makeWorld();
  try {
    const imports: number[] = [];
    const again: number[] = [];
    const parses: number[] = [];
    let last: Imported | null = null;
    for (let round = 0; round < rounds; round += 1) {
      world.hivemind('workspace', 'create', `round-${round}`, '--no-bind');
      const run = (): Imported =>
        JSON.parse(world.hivemind('import', path, '--workspace', `round-${round}`, '--json'));
      last = run();
      imports.push((last.durationMs * 1e6) / last.bytes);
      again.push((run().durationMs * 1e6) / last.bytes);
      parses.push(parseAll(path));
    }
    process.stderr.write(`${last?.appended} events, ${last?.bytes} bytes: ${JSON.stringify(last?.kinds)}\n`);
    const rows = [
      { ...toRow('import', imports), unit: 'ms/MB' as const },
      { ...toRow('import_again', again), unit: 'ms/MB' as const },
      { ...toRow('json_parse', parses), unit: 'ms/MB' as const },
    ];
    return { bench: 'import', rows, ratios: [ratio(rows, 'import', 'json_parse', 30)] };
  } finally {
    world.remove();
  }
}

/** Milliseconds per MB to read and parse every line of every .jsonl file below `path`. */
function parseAll(path: string): number {
  const start = performance.now();
  let bytes = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.jsonl')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    bytes += text.length;
    for (const line of text.split('\n')) {
      try {
        JSON.parse(line);
      } catch {
        // A torn last line; the importer passes over it as well.
      }
    }
  }
  return ((performance.now() - start) * 1e6) / bytes;
}
