import { homedir } from 'node:os';
import type { Draft } from '../schema/event.ts';
import type { CaptureRule } from './project-config.ts';

/** Fields of a tool's input that name a file or a folder, and those that hold a command. */
const PATH_FIELD =
  /(?:path|file|filename|dir|directory|folder|cwd|workdir|glob|pattern|include|target|source|destination|uri|notebook)s?$/i;
const COMMAND_FIELD = /(?:command|cmd|script|args|argv|commands)$/i;
const BETWEEN_WORDS = /[\s"'`;|&()<>=,:{}[\]\\]+/;
const mostWords = 2_000;
const longestPath = 1_024;
const deepest = 8;
/** Calls that were left out and whose results may come as an event of their own. */
const callsKept = 2_000;

/** Decides what stays out of the store because it is about an excluded path. */
export interface Exclusion {
  leavesOut(draft: Draft, rule: CaptureRule): boolean;
}

/**
 * What an event names itself (`paths`), what a tool was given as a path, and the words of a command: `cat keys/a.pem`
 * stays out, with its output, where `keys` is excluded. Whether a command reaches an excluded file in another way (a
 * variable, a pattern of the shell, a program that reads it) is not decidable and not tried.
 */
export function createExclusion(): Exclusion {
  const leftOut = new Set<string>();
  const leavesOut: Exclusion['leavesOut'] = (draft, rule) => {
    if (!rule.narrows) return false;
    const { callId } = draft.body;
    const call = typeof callId === 'string' ? `${draft.session} ${callId}` : null;
    if (call !== null && leftOut.has(call)) return true;
    if (!rule.excludes(pathsNamed(draft))) return false;
    if (call !== null) {
      if (leftOut.size >= callsKept) leftOut.clear();
      leftOut.add(call);
    }
    return true;
  };
  return { leavesOut };
}

function pathsNamed({ paths, body }: Draft): string[] {
  const named: string[] = [...paths];
  collect(body.input, '', named, 0);
  return named;
}

function collect(value: unknown, field: string, into: string[], depth: number): void {
  if (into.length >= mostWords || depth > deepest) return;
  if (typeof value === 'string') into.push(...wordsOf(value, field));
  else if (Array.isArray(value)) for (const item of value) collect(item, field, into, depth + 1);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) collect(inner, name, into, depth + 1);
}

function wordsOf(value: string, field: string): string[] {
  if (COMMAND_FIELD.test(field))
    return value
      .slice(0, 1 << 16)
      .split(BETWEEN_WORDS, mostWords)
      .map(plainPath)
      .filter((word) => word !== '' && word.length <= longestPath && !word.startsWith('-'));
  return PATH_FIELD.test(field) && value.length <= longestPath ? [plainPath(value)] : [];
}

/** `@file`, `file:///…` and `~/…` as paths. */
const plainPath = (word: string): string =>
  word
    .replace(/^@/, '')
    .replace(/^file:\/\//, '')
    .replace(/^~(?=\/|$)/, homedir());
