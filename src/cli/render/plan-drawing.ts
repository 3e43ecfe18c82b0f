import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';

type Graph = OutputOf<'plan.graph'>;

/** Colours by state, as both languages name them. */
const fills: Readonly<Record<Graph['nodes'][number]['state'], string>> = {
  todo: '#ffffff',
  doing: '#cfe8ff',
  blocked: '#ffd6d6',
  done: '#d6f5d6',
  dropped: '#eeeeee',
};

const places = ({ nodes }: Graph): Map<string, string> =>
  new Map(nodes.map(({ id }, index) => [id, `n${index}`]));

/** The graph in the language of Graphviz: an arrow leads to what has to wait, a dashed one to a part. */
export function dotText(graph: Graph): string {
  const names = places(graph);
  const quoted = (text: string): string =>
    `"${safeLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return [
    'digraph plan {',
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    ...graph.nodes.map(
      ({ id, title, state }) =>
        `  ${names.get(id)} [label=${quoted(title)}, fillcolor="${fills[state]}", tooltip=${quoted(id)}];`,
    ),
    ...graph.edges.map(
      ({ from, to, kind }) =>
        `  ${names.get(from)} -> ${names.get(to)}${kind === 'part' ? ' [style=dashed, arrowhead=odot]' : ''};`,
    ),
    '}',
  ].join('\n');
}

/** The same in the language of Mermaid, which Markdown viewers draw. */
export function mermaidText(graph: Graph): string {
  const names = places(graph);
  // Everything that the language could read as its own becomes an entity.
  const label = (text: string): string =>
    safeLine(text).replace(/[^\p{L}\p{N}\p{M} .,:/_()@+-]/gu, (sign) => `#${sign.codePointAt(0)};`) || ' ';
  return [
    'graph LR',
    ...graph.nodes.map(({ id, title, state }) => `  ${names.get(id)}["${label(title)}"]:::${state}`),
    ...graph.edges.map(
      ({ from, to, kind }) => `  ${names.get(from)} ${kind === 'part' ? '-.-o' : '-->'} ${names.get(to)}`,
    ),
    ...Object.entries(fills).map(([state, fill]) => `  classDef ${state} fill:${fill},color:#000`),
  ].join('\n');
}
