import { safeLine } from '../../core/safe-text.ts';
import type { PlanItem } from '../../schema/records.ts';
import { renderEntry } from './entry.ts';
import { valueText } from './merge.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

/** Values that others wrote without having seen the one that is shown. */
export const renderContested = (contested: PlanItem['contested'], view: View, indent = 4): string[] =>
  contested.flatMap(({ field, value, by, at }) =>
    renderEntry(
      {
        indent,
        lead: 'contested ',
        leadStyle: view.paint.yellow,
        text: `${safeLine(field)}: ${valueText(value)}`,
        tail: `${safeLine(by)}, ${agoText(at, view.now)}`,
        tailStyle: view.paint.dim,
      },
      view,
    ),
  );
