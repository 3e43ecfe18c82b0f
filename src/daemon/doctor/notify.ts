import type { Check } from './check.ts';

/** Commands that should be run when something happens, and are not, or fail. */
export const notify: Check = {
  name: 'notify',
  run: async ({ engine }) => {
    const { file, trouble, hooks } = engine.notifier.state();
    const say = (what: string, hint: string) => ({ level: 'warning' as const, what, hint, fixed: false });
    return [
      ...(trouble === null
        ? []
        : [say(`${file} is not used: ${trouble}`, `look at it, then chmod 600 ${file}`)]),
      ...hooks.flatMap(({ name, trouble: deaf, last }) => {
        if (deaf !== null) return [say(`the hook "${name}" hears nothing: ${deaf}`, 'hivemind notify list')];
        if (last === null || last.trouble === null) return [];
        return [say(`the hook "${name}" failed: ${last.trouble}`, 'hivemind notify test NAME')];
      }),
    ];
  },
};
