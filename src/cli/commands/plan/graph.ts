import { boolean } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { dotText, mermaidText } from '../../render/plan-drawing.ts';
import { renderPlanGraph } from '../../render/plan-graph.ts';

export default operationCommand('plan.graph', {
  render: (graph, view, _input, flags) =>
    flags.dot
      ? dotText(graph)
      : flags.mermaid
        ? mermaidText(graph)
        : renderPlanGraph(graph, view, flags.ascii === true),
  flags: {
    dot: boolean({ description: 'In the language of Graphviz', exclusive: ['mermaid'] }),
    mermaid: boolean({ description: 'In the language of Mermaid' }),
    ascii: boolean({ description: 'Draw with ASCII characters only' }),
  },
});
