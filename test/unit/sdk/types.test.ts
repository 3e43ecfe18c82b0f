import { expect, it } from 'vitest';
import type { ErrorCode as KnownCode } from '../../../src/schema/errors.ts';
import type { Event as StoredEvent } from '../../../src/schema/event.ts';
import type { InputOf, OutputOf } from '../../../src/schema/operation.ts';
import type * as Sdk from '../../../src/sdk/index.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type WithoutWorkspace<T> = Omit<T, 'workspace'>;
type Fields<T> = Omit<T, 'workspace' | 'cwd' | 'branch' | 'caller'>;
/** Words of a field as programs write them. */
type Camel<S> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B> & string>}` : S;

/** The compiler holds what is written out for programs against the operations: a field more or less does not build. */
const same: {
  code: Same<Sdk.ErrorCode, KnownCode>;
  event: Same<Sdk.Event, StoredEvent>;
  hit: Same<Sdk.Hit, OutputOf<'memory.query'>['hits'][number]>;
  item: Same<Sdk.PlanItem, OutputOf<'plan.show'>['items'][number]>;
  branch: Same<Sdk.BranchInfo, OutputOf<'branch.list'>['branches'][number]>;
  diff: Same<Sdk.Diff, WithoutWorkspace<OutputOf<'branch.diff'>>>;
  merge: Same<Omit<Sdk.MergeResult, 'merged'>, WithoutWorkspace<OutputOf<'merge.run'>>>;
  resolution: Same<Sdk.Resolution, NonNullable<InputOf<'merge.run'>['resolutions']>[string]>;
  strategy: Same<Sdk.Strategy, NonNullable<InputOf<'merge.run'>['strategy']>>;
  remember: Same<keyof Sdk.RememberOptions, Exclude<keyof Fields<InputOf<'memory.remember'>>, 'text'>>;
  plan: Same<keyof Sdk.PlanFields, Camel<Exclude<keyof Fields<InputOf<'plan.add'>>, 'title'>>>;
  planChange: Same<keyof Sdk.PlanChange, Camel<Exclude<keyof Fields<InputOf<'plan.set'>>, 'item'>>>;
  planFilter: Same<keyof Sdk.PlanFilter, Exclude<keyof Fields<InputOf<'plan.show'>>, 'item' | 'at'>>;
  nextOptions: Same<keyof Sdk.NextOptions, keyof Fields<InputOf<'plan.next'>>>;
  next: Same<Sdk.Next, Fields<OutputOf<'plan.next'>>>;
  planWrite: Same<Sdk.PlanWrite, OutputOf<'plan.history'>['writes'][number]>;
  claim: Same<Sdk.Claim, OutputOf<'plan.show'>['claims'][number]>;
  query: Same<keyof Sdk.Query, keyof Fields<InputOf<'memory.query'>>>;
  state: Same<Sdk.PlanFields['state'], InputOf<'plan.add'>['state']>;
} = {
  code: true,
  event: true,
  hit: true,
  item: true,
  branch: true,
  diff: true,
  merge: true,
  resolution: true,
  strategy: true,
  remember: true,
  plan: true,
  planChange: true,
  planFilter: true,
  nextOptions: true,
  next: true,
  planWrite: true,
  claim: true,
  query: true,
  state: true,
};

it('says in plain types what the operations say', () => {
  expect(Object.values(same)).not.toContain(false);
});
