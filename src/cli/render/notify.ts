import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { NotifyState } from '../../schema/operations/notify.ts';
import { plural } from './size.ts';
import { renderFacts } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

export function renderNotify({ file, trouble, hooks }: OutputOf<'notify.list'>, view: View): string {
  const refused = trouble === null ? [] : [view.paint.red(`${file} is not used: ${trouble}`)];
  if (hooks.length === 0 && trouble === null)
    return 'No hooks. hivemind notify add NAME --on handoff.posted -- COMMAND sets one.';
  return [...refused, ...hooks.map((hook) => renderHook(hook, view))].join('\n\n');
}

function renderHook(hook: NotifyState, view: View): string {
  const { name, on, path, agent, branch, command, runs, failures, skipped, waiting, last, trouble } = hook;
  const { paint, now } = view;
  const fared = [
    plural(runs, 'run'),
    ...(failures === 0 ? [] : [paint.red(`${failures} failed`)]),
    ...(skipped === 0 ? [] : [paint.yellow(`${plural(skipped, 'event')} skipped`)]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
  ].join(', ');
  const ended =
    last === null
      ? null
      : `${agoText(last.at, now)}, ${last.trouble ?? 'it went well'}, ${last.durationMs} ms`;
  const facts = renderFacts(
    [
      [
        'on',
        safeLine(
          [...on, ...path.map((glob) => `path ${glob}`), ...agent.map((one) => `agent ${one}`)].join(', '),
        ),
      ],
      ['branch', safeLine(branch)],
      ['runs', safeLine(command.map(shellWord).join(' '))],
      ['so far', fared],
      ['last', ended === null ? null : safeLine(ended)],
      ['trouble', trouble === null ? null : paint.red(safeLine(trouble))],
    ],
    view,
  );
  return `${paint.bold(safeLine(name))}\n${facts}`;
}

export function renderNotifyTest({ name, run }: OutputOf<'notify.test'>, { paint }: View): string {
  const { trouble, durationMs } = run;
  if (trouble === null) return `${safeLine(name)} ran, ${durationMs} ms.`;
  return `${paint.red(`${safeLine(name)}: ${safeLine(trouble)}`)} after ${durationMs} ms. Its output is not kept: run the command yourself to see it.`;
}
