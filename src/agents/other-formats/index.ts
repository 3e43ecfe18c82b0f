import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { DocumentReader, TranscriptPart } from '../agent.ts';
import { type Fields, parseFields } from '../fields.ts';
import { reportDraft } from '../generic/report.ts';
import { amp } from './amp.ts';
import { continueDev } from './continue.ts';
import { droid } from './droid.ts';
import type { Format, Source } from './log.ts';
import { pi } from './pi.ts';
import { sweAgent } from './swe-agent.ts';
import { windsurf } from './windsurf.ts';

/** Forms that can be imported and no more, told apart by what stands in them. */
const formats: readonly Format[] = [amp, continueDev, sweAgent, droid, pi, windsurf];

/** Largest file that is read whole, in bytes. */
const mostBytes = 256 * 1024 * 1024;

/** Reads a session of an agent that has no adapter of its own. */
export function openOtherFormat(path: string): DocumentReader {
  let unknown: Record<string, number> = {};
  return {
    parts: function* (): Generator<TranscriptPart> {
      const source = readSource(path);
      for (const format of formats) {
        const log = format(source);
        if (log === null) continue;
        unknown = log.unknown;
        yield { directory: log.directory, drafts: log.reports.map(reportDraft) };
        return;
      }
      throw new SyntaxError(`${path} is of no form that is known`);
    },
    unknown: () => unknown,
  };
}

function readSource(path: string): Source {
  if (statSync(path).size > mostBytes) throw new SyntaxError(`${path} is too large to be read whole`);
  const text = readFileSync(path, 'utf8');
  const whole = parseFields(text);
  const lines = whole === null ? text.split('\n') : [text];
  return {
    name: basename(path, extname(path)),
    whole,
    lines: lines.flatMap((line): Fields[] => {
      const fields = whole !== null ? whole : line.trim() === '' ? null : parseFields(line);
      return fields === null ? [] : [fields];
    }),
  };
}

/** Whether the beginning of a file looks like one of these forms; a document may be cut in its middle. */
export function recognisesOther(head: string, path: string): boolean {
  if (path.endsWith('.traj')) return true;
  if (path.endsWith('.jsonl')) {
    const lines = head.split('\n').flatMap((line): Fields[] => {
      const fields = parseFields(line);
      return fields === null ? [] : [fields];
    });
    return [droid, pi, windsurf].some((format) => format({ name: 'head', whole: null, lines }) !== null);
  }
  if (!path.endsWith('.json')) return false;
  const isAmp = /"id"\s*:\s*"T-[0-9a-f-]{36}"/.test(head) && /"messages"\s*:\s*\[/.test(head);
  return isAmp || (/"workspaceDirectory"\s*:/.test(head) && /"history"\s*:\s*\[/.test(head));
}
