import { safeLine } from '../../core/safe-text.ts';
import type { PlanItem } from '../../schema/records.ts';
import { valueText } from './merge.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

/** Values that others wrote without having seen the one that is shown. */
export const renderContested = (contested: PlanItem['contested'], view: View): string[] =>
  contested.map(
    ({ field, value, by, at }) =>
      `    ${view.paint.yellow('contested')} ${field}: ${safeLine(by)} says ${valueText(value)}, ${agoText(at, view.now)}`,
  );
