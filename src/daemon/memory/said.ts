import type { z } from 'zod';
import { subjectKey } from '../../core/records/kinds.ts';
import type { Alternative, Basis } from '../../schema/bodies/record.ts';

import type { Row } from './rows.ts';

/** Something that is to be remembered, before it is known where and what its files are. */
export interface Said {
  kind: 'decision' | 'convention' | 'attempt' | 'fact';
  /** Under which a decision or a convention is kept. */
  key: string | null;
  type: string;
  status: 'ok' | 'failed';
  text: string;
  /** What it says, to be compared with what was said before. */
  value: string;
  bodyWith(about: { paths: string[]; basis: Basis | null }): Record<string, unknown>;
}

interface Why {
  why?: string | undefined;
}

const because = (why: string | undefined): string => (why === undefined ? '' : `\nbecause ${why}`);

const stateOf = (withdraw: boolean | undefined) => (withdraw === true ? 'withdrawn' : 'standing');

/** Every field is written: an earlier reason is none for another choice. */
export function decided({
  subject,
  choice,
  why,
  alternatives = [],
  withdraw,
}: Why & {
  subject: string;
  choice: string;
  alternatives?: z.output<typeof Alternative>[];
  withdraw?: boolean;
}): Said {
  const key = subjectKey(subject);
  const not = alternatives.map((one) => `\nnot ${one.choice}${one.reason === '' ? '' : `: ${one.reason}`}`);
  const set = { subject, choice, reason: why ?? '', alternatives, state: stateOf(withdraw) };
  return {
    kind: 'decision',
    key,
    type: 'memory.decided',
    status: 'ok',
    text: `${subject}: ${choice}${because(why)}${not.join('')}`,
    value: choice,
    bodyWith: ({ paths, basis }) => ({ key, set: { ...set, paths, basis } }),
  };
}

export function agreed({
  name,
  rule,
  why,
  withdraw,
}: Why & { name: string; rule: string; withdraw?: boolean }): Said {
  const key = subjectKey(name);
  const set = { name, rule, reason: why ?? '', state: stateOf(withdraw) };
  return {
    kind: 'convention',
    key,
    type: 'memory.agreed',
    status: 'ok',
    text: `${name}: ${rule}${because(why)}`,
    value: rule,
    bodyWith: ({ paths, basis }) => ({ key, set: { ...set, paths, basis } }),
  };
}

export function attempted({
  approach,
  outcome,
  why,
  instead,
}: Why & {
  approach: string;
  outcome: 'worked' | 'failed' | 'abandoned';
  instead?: string | undefined;
}): Said {
  const other = instead === undefined || instead === '' ? '' : `\ninstead: ${instead}`;
  return {
    kind: 'attempt',
    key: null,
    type: 'memory.attempted',
    status: outcome === 'worked' ? 'ok' : 'failed',
    text: `${approach}\n${outcome}${because(why)}${other}`,
    value: approach,
    bodyWith: ({ paths, basis }) => ({
      approach,
      outcome,
      ...(why === undefined ? {} : { reason: why }),
      ...(other === '' ? {} : { instead }),
      ...(paths.length === 0 ? {} : { paths }),
      ...(basis === null ? {} : { state: basis }),
    }),
  };
}

export function noted({
  text,
  why,
  embedding,
  metadata = {},
}: Why & {
  text: string;
  embedding?: number[] | undefined;
  metadata?: Record<string, unknown> | undefined;
}): Said {
  const fields = { ...metadata, ...(why === undefined ? {} : { reason: why }) };
  return {
    kind: 'fact',
    key: null,
    type: 'memory.noted',
    status: 'ok',
    text: `${text}${because(why)}`,
    value: text,
    bodyWith: ({ basis }) => ({
      content: text,
      ...(Object.keys(fields).length === 0 ? {} : { metadata: fields }),
      ...(embedding === undefined ? {} : { embedding }),
      ...(basis === null ? {} : { basis }),
    }),
  };
}

/** That something does not stand any more. What it said stays said, and so does why, unless another reason is given. */
export function withdrawn(
  { kind, event, title, text, reason, alternatives, paths, basis }: Row,
  why: string | undefined,
): { type: string; text: string; body: Record<string, unknown> } {
  const because = why ?? reason;
  if (kind === 'decision' || kind === 'convention') {
    const said =
      kind === 'decision'
        ? decided({ subject: title, choice: text, why: because, alternatives, withdraw: true })
        : agreed({ name: title, rule: text, why: because, withdraw: true });
    return { type: said.type, text: `withdrawn: ${said.text}`, body: said.bodyWith({ paths, basis }) };
  }
  return {
    type: 'memory.replaced',
    text: why === undefined ? 'withdrawn' : `withdrawn: ${why}`,
    body: { event, by: null, ...(why === undefined ? {} : { why }) },
  };
}
