import type { InputOf, OperationName, OutputOf } from '../operation.ts';

/** The list, the field of a row that is its id, and what the row is called in the answer. */
export interface Pick {
  from: string;
  by: string;
  as: string;
}

/** One thing that a tool does: an operation, and what of its input an agent may give. */
export interface ToolAction {
  operation: OperationName;
  /** What it does, in a few words; '' where its name says it. */
  says: string;
  /** The tool's field → the operation's. */
  fields: Readonly<Record<string, string>>;
  /** What of its output an agent is given. */
  gives: readonly string[];
  /** What the table gives, and agents cannot. */
  fixed: Readonly<Record<string, unknown>>;
  /** Chosen by what `id` looks like, where the tool has no `action`. */
  when: RegExp | undefined;
  /** Instead of a list the one row of it that is asked for. */
  pick: Pick | undefined;
}

export interface Tool {
  says: string;
  actions: Readonly<Record<string, ToolAction>>;
  /** The action that is meant when none is named. */
  usual?: string;
  /** What fields are, where that is said shorter than by the operations; '' where the name says it. */
  fields?: Readonly<Record<string, string>>;
  /** An agent gets it without asking for more tools. */
  isDefault: boolean;
  /** Most tokens of an answer, where that is not the usual bound. */
  answerTokens?: number;
  /** Whether what it writes may take something away. */
  isDestructive?: boolean;
}

type FieldOf<N extends OperationName> = Exclude<
  keyof InputOf<N> & string,
  'workspace' | 'branch' | 'caller' | 'cwd'
>;

interface More<N extends OperationName> {
  /** The operation's field → another name for it in the tool. */
  as?: Partial<Record<FieldOf<N>, string>>;
  fixed?: Partial<InputOf<N>>;
  when?: RegExp;
  pick?: Pick;
}

export const does = <N extends OperationName>(
  operation: N,
  says: string,
  takes: readonly FieldOf<N>[],
  gives: readonly (keyof OutputOf<N> & string)[],
  { as = {}, fixed = {}, when, pick }: More<N> = {},
): ToolAction => ({
  operation,
  says,
  fields: Object.fromEntries(
    takes.map((field) => [(as as Readonly<Record<string, string>>)[field] ?? field, field]),
  ),
  gives,
  fixed,
  when,
  pick,
});
