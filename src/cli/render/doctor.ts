import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { plural } from './size.ts';
import type { View } from './view.ts';

export function renderDoctor({ checks, findings }: OutputOf<'doctor.run'>, { paint }: View): string {
  const lines = findings.flatMap(({ check, level, what, hint, fixed }) => {
    const mark = fixed
      ? paint.green('fixed  ')
      : level === 'error'
        ? paint.red('error  ')
        : paint.yellow('warning');
    const next = fixed ? [] : [`         ${paint.dim(safeLine(hint))}`];
    return [`${mark}  ${paint.bold(safeLine(check))}: ${safeLine(what)}`, ...next];
  });
  const left = findings.filter(({ fixed }) => !fixed).length;
  const sound = checks.filter((name) => !findings.some(({ check }) => check === name));
  const good = sound.length === 0 ? [] : [`${paint.green('ok     ')}  ${sound.map(safeLine).join(', ')}`];
  const end = left === 0 ? 'Nothing is left to do.' : `${plural(left, 'thing')} to do.`;
  return [...lines, ...good, end].join('\n');
}
