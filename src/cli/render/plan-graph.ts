import { displayWidth } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { marks, tailOf } from './plan-item.ts';
import type { View } from './view.ts';

type Graph = OutputOf<'plan.graph'>;
type Node = Graph['nodes'][number];

/** What the lines of a tree are made of. */
interface Strokes {
  fork: string;
  end: string;
  through: string;
  arrow: string;
}

const drawn: Strokes = { fork: '├─ ', end: '└─ ', through: '│  ', arrow: ' → ' };
const ascii: Strokes = { fork: '|- ', end: '`- ', through: '|  ', arrow: ' -> ' };

/** The parts of each item as a tree, below each what it needs and what needs it; then the chain that decides how soon all is done. */
export function renderPlanGraph(graph: Graph, view: View, isAscii = false): string {
  const { nodes, branch } = graph;
  if (nodes.length === 0) return `Nothing is planned on ${safeLine(branch)}. Begin: hivemind plan add "…"`;
  const strokes = isAscii ? ascii : drawn;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ties = tiesOf(graph, byId);
  const critical = new Set(graph.critical);
  const lines = inTree(nodes, strokes).flatMap(({ node, before, below }) =>
    renderNode(node, { before, below, isCritical: critical.has(node.id), ties }, view),
  );
  return [...lines, ...renderChains(graph, { byId, strokes }, view)].join('\n');
}

interface Placed {
  node: Node;
  /** What stands before it, and before the lines below it. */
  before: string;
  below: string;
}

function inTree(nodes: readonly Node[], strokes: Strokes): Placed[] {
  const shown = new Set(nodes.map(({ id }) => id));
  const parts = Map.groupBy(nodes, ({ parent }) => (parent !== null && shown.has(parent) ? parent : null));
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const place = (roots: readonly Node[]): void => {
    // A list, not recursion: a chain of parts may be deeper than the stack.
    const waiting = roots.map((node): Placed => ({ node, before: '', below: '' })).reverse();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.node.id)) continue;
      seen.add(next.node.id);
      placed.push(next);
      const children = (parts.get(next.node.id) ?? []).filter(({ id }) => !seen.has(id));
      const { below } = next;
      const entries = children.map((node, index): Placed => {
        const isLast = index === children.length - 1;
        return {
          node,
          before: below + (isLast ? strokes.end : strokes.fork),
          below: below + (isLast ? '   ' : strokes.through),
        };
      });
      waiting.push(...entries.reverse());
    }
  };
  place(parts.get(null) ?? []);
  place(nodes.filter(({ id }) => !seen.has(id)));
  return placed;
}

interface Ties {
  needs: ReadonlyMap<string, readonly Node[]>;
  blocks: ReadonlyMap<string, readonly Node[]>;
}

function tiesOf({ edges }: Graph, byId: ReadonlyMap<string, Node>): Ties {
  const needs = new Map<string, Node[]>();
  const blocks = new Map<string, Node[]>();
  const add = (to: Map<string, Node[]>, id: string, node: Node | undefined): void => {
    if (node !== undefined) to.set(id, [...(to.get(id) ?? []), node]);
  };
  for (const { from, to, kind } of edges) {
    if (kind !== 'depends') continue;
    add(needs, to, byId.get(from));
    add(blocks, from, byId.get(to));
  }
  return { needs, blocks };
}

function renderNode(
  node: Node,
  { before, below, isCritical, ties }: Omit<Placed, 'node'> & { isCritical: boolean; ties: Ties },
  view: View,
): string[] {
  const { dim, bold } = view.paint;
  const { mark, style } = marks[node.state];
  // A chain of parts is as long as somebody made it: the titles keep half of the line.
  const most = Math.floor(view.width / 2);
  const cut = (text: string): string => (text.length <= most ? text : `…${text.slice(1 - most)}`);
  const [first, rest] = [cut(before), cut(below)];
  const [head = '', ...more] = renderEntry(
    {
      indent: displayWidth(first),
      lead: `${mark}${isCritical ? '*' : ' '}`,
      leadStyle: view.paint[style],
      text: safeLine(node.title),
      ...(isCritical ? { style: bold } : {}),
      tail: tailOf(node),
      tailStyle: dim,
    },
    view,
  );
  const tied = (lead: string, nodes: readonly Node[] | undefined): string[] =>
    (nodes ?? []).flatMap(({ id, title, state }) =>
      renderEntry(
        {
          indent: displayWidth(rest) + 4,
          lead,
          leadStyle: dim,
          text: `${marks[state].mark} ${safeLine(title)}`,
          tail: safeLine(id.slice(-6)),
          tailStyle: dim,
          style: dim,
        },
        view,
      ),
    );
  const under = [
    ...more,
    ...tied('needs ', ties.needs.get(node.id)),
    ...tied('blocks ', ties.blocks.get(node.id)),
  ];
  return [
    dim(first) + head.slice(displayWidth(first)),
    ...under.map((line) => dim(rest) + line.slice(displayWidth(rest))),
  ];
}

function renderChains(
  { critical, rings }: Graph,
  { byId, strokes }: { byId: ReadonlyMap<string, Node>; strokes: Strokes },
  view: View,
): string[] {
  const named = (ids: readonly string[]): string =>
    ids.map((id) => safeLine(byId.get(id)?.title ?? id)).join(strokes.arrow);
  const chain = (lead: string, style: View['paint']['red'], ids: readonly string[]): string[] =>
    renderEntry({ indent: 0, lead, leadStyle: style, text: named(ids) }, view);
  return [
    ...(critical.length === 0
      ? []
      : ['', ...chain(`Longest chain (${critical.length}*): `, view.paint.bold, critical)]),
    ...rings.flatMap((ring) => chain('Waits for itself: ', view.paint.red, ring)),
  ];
}
