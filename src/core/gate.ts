import type { Conflict } from './merge.ts';
import type { Standing } from './review/standing.ts';
import { approved } from './rules/approved.ts';
import { freshBase } from './rules/fresh-base.ts';
import { noConflicts } from './rules/no-conflicts.ts';

/** What a rule may look at. */
export interface MergeFacts {
  source: string;
  target: string;
  /** The target is main: commands need not name it. */
  isMain: boolean;
  /** What was said of the source as it is now. */
  reviewed: Standing;
  /** Conflicts that nothing has settled. */
  unresolved: readonly Conflict[];
  /** Events that the target sees and the source does not. */
  behind: number;
}

export interface Verdict {
  rule: string;
  passed: boolean;
  reason: string;
  /** The command to type next. */
  hint?: string;
}

/** One condition that a merge has to meet. */
export interface Rule {
  name: string;
  summary: string;
  check(facts: MergeFacts): Omit<Verdict, 'rule'>;
}

/** Every rule, by name. A rule is one file and one line here. */
export const rules: Readonly<Record<string, Rule>> = {
  [noConflicts.name]: noConflicts,
  [freshBase.name]: freshBase,
  [approved.name]: approved,
};

/** What each of the rules says. Conflicts are looked at whatever the policy: nothing merges two values at once. */
export const judge = (names: readonly string[], facts: MergeFacts): Verdict[] =>
  [...new Set([noConflicts.name, ...names])].flatMap((name) => {
    const rule = rules[name];
    return rule === undefined ? [] : [{ rule: name, ...rule.check(facts) }];
  });
