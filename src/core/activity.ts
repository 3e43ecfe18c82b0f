import type { CountedEvent } from '../schema/event.ts';
import type { OutputOf } from '../schema/operation.ts';
import { isOwnAgent } from '../schema/own-agents.ts';
import { BoundedMap } from './bounded-map.ts';
import { createUsageSum, type UsageSum } from './usage.ts';

type Activity = OutputOf<'stats.activity'>;

/** The time that is looked at, and how it is cut: epoch milliseconds, `to` is no part of it. */
export interface Range {
  from: number;
  to: number;
  bucketMs: number;
}

/** Adds up events, one by one and in any order; what is kept does not grow with their number. */
export interface ActivityCount {
  add(event: CountedEvent): void;
  /** `top`: how many tools and files at the most. */
  result(top: number): Pick<Activity, 'events' | 'agents' | 'tools' | 'files' | 'usage'>;
}

interface AgentCount {
  agent: string;
  sessions: Set<string>;
  events: number[];
  failures: number[];
  usage: UsageSum;
  total: number;
}

interface ToolCount {
  tool: string;
  calls: number;
  failed: number;
  rejected: number;
}

interface FileCount {
  path: string;
  /** Bucket → edits: of most files there are few. */
  edits: Map<number, number>;
  edited: number;
  reads: number;
  failures: number;
  agents: Set<string>;
}

/** Names come from outside: of more agents, tools and files than these the least used are let go while counting. */
const mostAgents = 1_000;
const mostTools = 5_000;
const mostFiles = 50_000;
/** So many agents are told. */
const shownAgents = 100;
const agentsOfFile = 20;

/** The length of a bucket, so that `buckets` of them hold the whole time; at least a second. */
export const bucketLength = (from: number, to: number, buckets: number): number =>
  Math.max(1_000, Math.ceil((to - from) / buckets));

export function createActivity(range: Range): ActivityCount {
  const buckets = Math.max(1, Math.ceil((range.to - range.from) / range.bucketMs));
  const agents = new BoundedMap<AgentCount>(mostAgents, ({ total }) => total);
  const tools = new BoundedMap<ToolCount>(mostTools, ({ calls }) => calls);
  const files = new BoundedMap<FileCount>(mostFiles, touchesOf);
  const usage = createUsageSum();
  let events = 0;

  const add = (event: CountedEvent): void => {
    const bucket = Math.floor((event.at - range.from) / range.bucketMs);
    if (!isSomebodys(event) || bucket < 0 || bucket >= buckets) return;
    events += 1;
    usage.add(event.body);
    const agent = agents.at(event.agent, () => newAgent(event.agent, buckets));
    const hasFailed = isCall(event) && event.status !== 'ok';
    agent.total += 1;
    agent.sessions.add(event.session);
    agent.usage.add(event.body);
    agent.events[bucket] = (agent.events[bucket] ?? 0) + 1;
    if (hasFailed) agent.failures[bucket] = (agent.failures[bucket] ?? 0) + 1;
    if (!isCall(event)) return;
    const { tool } = event.body;
    if (typeof tool === 'string')
      countCall(
        tools.at(tool, () => ({ tool, calls: 0, failed: 0, rejected: 0 })),
        event,
      );
    for (const path of new Set(event.paths))
      countTouch(
        files.at(path, () => newFile(path)),
        event,
        bucket,
      );
  };

  return {
    add,
    result: (top) => ({
      events,
      agents: agents
        .values()
        .sort((a, b) => b.total - a.total || compare(a.agent, b.agent))
        .slice(0, shownAgents)
        .map((one) => ({
          agent: one.agent,
          sessions: one.sessions.size,
          events: one.events,
          failures: one.failures,
          usage: one.usage.total(),
        })),
      tools: tools
        .values()
        .sort((a, b) => b.calls - a.calls || compare(a.tool, b.tool))
        .slice(0, top),
      files: files
        .values()
        .sort((a, b) => b.edited - a.edited || touchesOf(b) - touchesOf(a) || compare(a.path, b.path))
        .slice(0, top)
        .map((file) => shownFile(file, buckets)),
      usage: usage.total(),
    }),
  };
}

/** What the daemon reads from an agent's work is no work of the agent's. */
const isSomebodys = ({ agent, actor }: CountedEvent): boolean =>
  !isOwnAgent(agent) && actor.kind !== 'daemon';

const isCall = ({ type }: CountedEvent): boolean => type === 'tool.called' || type === 'file.edited';

function newAgent(agent: string, buckets: number): AgentCount {
  const none = (): number[] => new Array<number>(buckets).fill(0);
  return {
    agent,
    sessions: new Set(),
    events: none(),
    failures: none(),
    usage: createUsageSum(),
    total: 0,
  };
}

const newFile = (path: string): FileCount => ({
  path,
  edits: new Map(),
  edited: 0,
  reads: 0,
  failures: 0,
  agents: new Set(),
});

function countCall(count: ToolCount, { status }: CountedEvent): void {
  count.calls += 1;
  if (status === 'failed') count.failed += 1;
  if (status === 'rejected') count.rejected += 1;
}

function countTouch(file: FileCount, { type, status, agent }: CountedEvent, bucket: number): void {
  if (status !== 'ok') file.failures += 1;
  if (file.agents.size < agentsOfFile) file.agents.add(agent);
  if (type === 'file.edited') {
    file.edited += 1;
    file.edits.set(bucket, (file.edits.get(bucket) ?? 0) + 1);
  } else file.reads += 1;
}

const touchesOf = ({ edited, reads }: FileCount): number => edited + reads;

function shownFile({ path, edits, reads, failures, agents }: FileCount, buckets: number) {
  return {
    path,
    edits: Array.from({ length: buckets }, (_, bucket) => edits.get(bucket) ?? 0),
    reads,
    failures,
    agents: [...agents].sort(),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
