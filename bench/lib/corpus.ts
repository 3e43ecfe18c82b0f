import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './world.ts';

/** Events of a session, and of a turn. */
const sessionEvents = 120;
const turnEvents = 12;

/** Park and Miller's generator: the same corpus in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** Lines of this package's own sources and documents: what agents read and print, with real words in real proportions. */
function readLines(): string[] {
  const lines: string[] = [];
  for (const pending = ['src', 'test', 'docs', 'scripts'].map((name) => join(packageRoot, name)); ; ) {
    const path = pending.pop();
    if (path === undefined) return lines;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'fixtures') pending.push(join(path, name));
    } else if (/\.(ts|tsx|md|sh)$/.test(path)) {
      lines.push(
        ...readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line.trim() !== ''),
      );
    }
  }
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Drafts of tool calls, one JSON line each, about a kilobyte; every one is different. */
export function createCorpus(seed = 1): () => string {
  const random = createRandom(seed);
  const lines = readLines();
  let serial = 0;
  const pick = (): string => lines[Math.floor(random() * lines.length)] ?? '';
  const excerpt = (bytes: number): string => {
    let text = '';
    // An agent reads neighbouring lines of a file, and each project has words of its own.
    for (let at = Math.floor(random() * lines.length); text.length < bytes; at += 1)
      text += `${lines[at % lines.length]}${random() < 0.15 ? ` ${hex(`${seed}.${serial}.${at}`).slice(0, 7)}` : ''}\n`;
    return text;
  };
  return () => {
    serial += 1;
    const session = `ses_${hex(`${seed} session ${Math.floor(serial / sessionEvents)}`)}`;
    const command = pick().trim().slice(0, 80);
    const output = excerpt(150 + random() * 600);
    return JSON.stringify({
      type: 'tool.called',
      agent: 'bench',
      session,
      turn: `trn_${hex(`${seed} turn ${Math.floor(serial / turnEvents)}`)}`,
      identity: { nativeId: `${seed}-${serial}`, phase: 'done' },
      actor: { kind: 'agent', name: 'bench', model: 'bench-1' },
      status: serial % 20 === 0 ? 'failed' : 'ok',
      paths: [`src/part-${serial % 200}/file-${serial % 37}.ts`],
      text: `${command}\n${output}`,
      body: {
        tool: 'Bash',
        callId: `toolu_${hex(`${seed} call ${serial}`).slice(0, 24)}`,
        input: { command },
        output,
        exitCode: 0,
        tokens: { input: serial % 977, output: serial % 1_201 },
      },
    });
  };
}
