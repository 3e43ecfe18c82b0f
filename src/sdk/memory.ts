import { randomUUID } from 'node:crypto';
import type { CallContext, InputOf, OutputOf } from '../schema/operation.ts';
import { findOrMakeBranch } from './branch.ts';
import { type Author, toDraft, toNumbers } from './drafts.ts';
import type { Link } from './link.ts';
import { mergeWith } from './merging.ts';
import type { BranchInfo, Diff, MergeOptions, MergeResult, Plan, PlanChange } from './record-types.ts';
import { EventStream, queryFrom } from './subscription.ts';
import type {
  BranchOptions,
  BranchRef,
  Event,
  Hit,
  Memory,
  NewEvent,
  Note,
  Query,
  Remembered,
  RememberOptions,
  SubscribeOptions,
  Subscription,
} from './types.ts';
import { type Begun, begin, type Place, store } from './writing.ts';

/** A run: what names its sessions, one for each agent that is part of it. */
export interface Run {
  link: Link;
  begun: Begun;
  workspace: { id: string; name: string };
  /** Author of what an agent of this run writes. */
  authorOf: (agent: string) => Author;
}

/** How many events `export` asks for at once: with vectors some megabytes. */
const pageEvents = 500;

type Write = 'plan.add' | 'plan.next' | 'plan.set' | 'memory.remember';

interface Target {
  workspace: string;
  branch: string;
  /** Session that the call comes from. */
  caller: string;
}

export class BranchMemory implements Memory {
  readonly workspace: string;
  readonly id: string;
  readonly name: string;
  readonly agent: string;
  readonly session: string;
  readonly plan: Plan;
  readonly #run: Run;
  readonly #place: Place;

  constructor(run: Run, branch: { id: string; name: string }, agent: string) {
    const author = run.authorOf(agent);
    this.workspace = run.workspace.name;
    this.id = branch.id;
    this.name = branch.name;
    this.agent = agent;
    this.session = author.session;
    this.#run = run;
    this.#place = { workspace: run.workspace.id, branch: branch.id, author };
    this.plan = {
      add: async (title, fields = {}) => (await this.#write('plan.add', { title, ...ofPlan(fields) })).item,
      set: async (item, fields) => (await this.#write('plan.set', { item, ...ofPlan(fields) })).item,
      show: async (filter = {}) => (await this.#call('plan.show', { ...this.#target, ...filter })).items,
      next: async (options = {}) => {
        const next = await this.#write('plan.next', options);
        const { workspace: _workspace, branch: _branch, ...said } = next;
        return said;
      },
      history: async (item) => (await this.#call('plan.history', { ...this.#target, item })).writes,
    };
  }

  async branch(name: string, options: BranchOptions = {}): Promise<Memory> {
    const { from = this.id, agent = this.agent } = options;
    const wanted = { workspace: this.#place.workspace, name, from, agent };
    return new BranchMemory(this.#run, await findOrMakeBranch(this.#call, wanted), agent);
  }

  append(event: Note | NewEvent): Promise<string>;
  append(events: readonly (Note | NewEvent)[]): Promise<string[]>;
  async append(given: Note | NewEvent | readonly (Note | NewEvent)[]): Promise<string | string[]> {
    const { author } = this.#place;
    const isList = Array.isArray(given);
    const events: readonly (Note | NewEvent)[] = isList ? given : [given as Note | NewEvent];
    if (events.length === 0) return [];
    const drafts = events.map((event, index) =>
      toDraft(event, author, randomUUID(), isList ? `events[${index}].` : ''),
    );
    const ids = await store(this.#call, this.#run.begun, this.#place, drafts);
    return isList ? ids : (ids[0] ?? '');
  }

  async query(query: string | Query): Promise<Hit[]> {
    const { vector, ...wanted } = typeof query === 'string' ? { text: query } : query;
    const { hits } = await this.#call('memory.query', {
      ...this.#target,
      ...wanted,
      ...(vector === undefined ? {} : { vector: toNumbers(vector, 'vector') }),
    });
    return hits;
  }

  async remember(text: string, options: RememberOptions = {}): Promise<Remembered> {
    const { event, kind, key } = await this.#write('memory.remember', { text, ...listed(options) });
    return { event, kind, key };
  }

  merge(branch: BranchRef, { into = this.id, ...options }: MergeOptions = {}): Promise<MergeResult> {
    const sides = { workspace: this.#place.workspace, name: nameOf(branch), into };
    return mergeWith(this.#call, sides, options);
  }

  async diff(branch: BranchRef, { into = this.id }: { into?: string } = {}): Promise<Diff> {
    const sides = { workspace: this.#place.workspace, name: nameOf(branch), into };
    const { workspace: _workspace, ...diff } = await this.#call('branch.diff', sides);
    return diff;
  }

  async delete(branch: BranchRef): Promise<void> {
    await this.#call('branch.delete', { workspace: this.#place.workspace, name: nameOf(branch) });
  }

  async branches(): Promise<BranchInfo[]> {
    const { workspace } = this.#place;
    return (await this.#call('branch.list', { workspace, limit: 100_000 })).branches;
  }

  async *export(): AsyncGenerator<Event, undefined, undefined> {
    for (let after: string | null | undefined; after !== null; ) {
      const page: { events: Event[]; next: string | null } = await this.#call('event.export', {
        ...this.#target,
        limit: pageEvents,
        ...(after === undefined ? {} : { after }),
      });
      yield* page.events;
      after = page.next;
    }
    return undefined;
  }

  subscribe(options: SubscribeOptions = {}): Subscription {
    const { workspace, branch } = this.#place;
    return new EventStream(this.#run.link.follow, queryFrom({ workspace, branch }, options), options);
  }

  close(): void {
    this.#run.link.close();
  }

  get #target(): Target {
    const { workspace, branch, author } = this.#place;
    return { workspace, branch, caller: author.session };
  }

  get #call(): Link['call'] {
    const context: Partial<CallContext> = { actor: { kind: 'agent', name: this.agent } };
    return (name, input) => this.#run.link.call(name, input, context);
  }

  /** Writes in the agent's name: the daemon knows it by its session. */
  async #write<N extends Write>(name: N, input: Omit<InputOf<N>, keyof Target>): Promise<OutputOf<N>> {
    await begin(this.#call, this.#run.begun, this.#place);
    return this.#call(name, { ...this.#target, ...input } as InputOf<N>);
  }
}

const nameOf = (branch: BranchRef): string => (typeof branch === 'string' ? branch : branch.id);

const listed = <T extends { paths?: readonly string[]; embedding?: readonly number[] }>({
  paths,
  embedding,
  ...fields
}: T) => ({
  ...fields,
  ...(paths === undefined ? {} : { paths: [...paths] }),
  ...(embedding === undefined ? {} : { embedding: [...embedding] }),
});

/** Fields of an item as the operations name them. */
const ofPlan = ({
  dependsOn,
  noDependsOn,
  paths,
  link,
  undepend,
  unlink,
  unblock,
  ...fields
}: PlanChange) => ({
  ...fields,
  ...(noDependsOn === undefined ? {} : { 'no-depends-on': noDependsOn }),
  ...copied({ 'depends-on': dependsOn, paths, link, undepend, unlink, unblock }),
});

/** Lists of which the caller keeps his own; those that are not there are left out. */
const copied = <K extends string>(lists: Record<K, readonly string[] | undefined>) =>
  Object.fromEntries(
    Object.entries<readonly string[] | undefined>(lists).flatMap(([name, list]) =>
      list === undefined ? [] : [[name, [...list]]],
    ),
  ) as Partial<Record<K, string[]>>;
