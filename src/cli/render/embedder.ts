import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, sizeText } from './size.ts';
import { renderFacts, renderTable } from './table.ts';
import type { View } from './view.ts';

type Status = OutputOf<'embedder.status'>;
type Row = Status['workspaces'][number];

const nameOf = ({ provider, model }: Pick<Status, 'provider' | 'model'>): string =>
  safeLine(model === null ? provider : `${provider} ${model}`);

export function renderEmbedderSet(output: OutputOf<'embedder.set'>, view: View): string {
  const { dims, changed, warnings } = output;
  if (output.provider === 'none') return 'No embedder: recall finds by words.';
  return [
    `${view.paint.green('Set')} ${view.paint.bold(nameOf(output))}, ${dims} dimensions.`,
    changed
      ? 'Events are embedded in the background; until then recall finds them by words.'
      : 'It makes the same vectors as before: nothing is embedded anew.',
    ...warnings.map((warning) => view.paint.yellow(safeLine(warning))),
    view.paint.dim('Next: hivemind embedder status'),
  ].join('\n');
}

export function renderEmbedder(status: Status, view: View): string {
  const { url, dims, error, workspaces } = status;
  const facts = renderFacts(
    [
      ['embedder', view.paint.bold(nameOf(status))],
      ['endpoint', url === null ? null : safeLine(url)],
      ['dimensions', dims === null ? null : String(dims)],
      ['error', error === null ? null : view.paint.yellow(safeLine(error))],
    ],
    view,
  );
  if (status.provider === 'none')
    return `${facts}\n${view.paint.dim('Recall finds by words. By meaning as well: hivemind embedder set --help')}`;
  if (workspaces.length === 0) return facts;
  const errors = workspaces.flatMap(({ workspace, error: why }) =>
    why === null ? [] : [view.paint.yellow(`${safeLine(workspace)}: ${safeLine(why)}`)],
  );
  return [facts, '', renderTable(workspaces, columns(view), view), ...errors].join('\n');
}

const columns = (view: View) => [
  { header: 'WORKSPACE', cell: (row: Row) => row.workspace, shrinks: true, style: view.paint.bold },
  { header: 'VECTORS', cell: (row: Row) => countText(row.embedded), align: 'right' as const },
  { header: 'TO DO', cell: waitingText, align: 'right' as const },
  {
    header: 'PER SECOND',
    cell: ({ perSecond }: Row) => (perSecond === null ? '-' : countText(Math.round(perSecond))),
    align: 'right' as const,
  },
  {
    header: 'SIZE',
    cell: ({ sizeBytes }: Row) => (sizeBytes === null ? '-' : sizeText(sizeBytes)),
    align: 'right' as const,
  },
];

const waitingText = ({ open, waiting }: Row): string => {
  if (!open || waiting === null) return 'not open';
  return waiting === 0 ? 'done' : countText(waiting);
};

export function renderEmbedderTest(output: OutputOf<'embedder.test'>, view: View): string {
  const { dims, ms, near, far } = output;
  const verdict =
    near > far
      ? view.paint.green('like is nearer than unlike')
      : view.paint.yellow('like is no nearer than unlike');
  return renderFacts(
    [
      ['embedder', view.paint.bold(nameOf(output))],
      ['dimensions', String(dims)],
      ['one text', `${ms} ms`],
      ['alike', near.toFixed(3)],
      ['unlike', far.toFixed(3)],
      ['so', verdict],
    ],
    view,
  );
}
