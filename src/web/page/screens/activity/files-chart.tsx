import { Fragment } from 'react';
import { countText, plural } from '../../../../core/amount-text.ts';
import { Chart } from '../../parts/chart.tsx';
import { HeatRow } from '../../parts/chart-heat.tsx';
import { TimeAxis } from '../../parts/chart-time.tsx';
import { lineOf } from '../../parts/said.tsx';
import type { Counted } from './agents-chart.tsx';

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The end of a path says more than its beginning. */
export function pathEnd(path: string, most: number): string {
  const line = lineOf(path, 4096);
  return line.length <= most ? line : `…${line.slice(-(most - 1))}`;
}

/** Which files were edited when: files × time. */
export function FilesChart({ counted: { files, from, to, bucketMs } }: { counted: Counted }) {
  const most = Math.max(0, ...files.flatMap(({ edits }) => edits));
  const [first] = files;
  return (
    <Chart
      title="Files that were worked on, over time"
      told={
        first === undefined
          ? 'No call names a file.'
          : `Most often ${pathEnd(first.path, 80)}: ${countText(sum(first.edits))} edits by ${plural(first.agents.length, 'agent')}. The taller and the stronger a mark, the more edits.`
      }
      rows={files}
      keyOf={({ path }) => path}
      columns={[
        { name: 'File', value: ({ path }) => lineOf(path, 300) },
        { name: 'Edits', value: ({ edits }) => countText(sum(edits)) },
        { name: 'Other calls', value: ({ reads }) => countText(reads) },
        { name: 'Failed or refused', value: ({ failures }) => countText(failures) },
        { name: 'Agents', value: ({ agents }) => lineOf(agents.join(', '), 200) },
      ]}
    >
      <div className="multiples">
        {files.map(({ path, edits, reads, failures, agents }) => (
          <Fragment key={path}>
            <code className="name" title={lineOf(path, 1000)}>
              {pathEnd(path, 44)}
            </code>
            <HeatRow
              values={edits}
              most={most}
              from={from}
              bucketMs={bucketMs}
              label={`${pathEnd(path, 200)}: ${sum(edits)} edits, ${reads} other calls, ${failures} failed or refused, by ${agents.length} agents`}
            />
            <span className="figure">
              {countText(sum(edits))}
              {failures > 0 && <span className="bad"> ✗ {countText(failures)}</span>}
            </span>
          </Fragment>
        ))}
        {files.length > 0 && <TimeAxis from={from} to={to} />}
      </div>
    </Chart>
  );
}
