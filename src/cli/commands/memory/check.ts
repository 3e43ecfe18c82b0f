import { boolean, integer } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { runProbes } from '../../probes.ts';
import { renderChecked } from '../../render/remembered.ts';

export default operationCommand('memory.check', {
  render: renderChecked,
  failure: ({ checked }) =>
    checked.some(({ verdict }) => verdict === 'stale') ? 'FAILED_PRECONDITION' : null,
  flags: {
    run: boolean({ description: 'Also run the commands of yours that are set for them' }),
    timeout: integer({ description: 'Seconds that each of them may take', default: 60, min: 1, max: 3600 }),
  },
  async answer({ call, input, flags, context }) {
    const output = await call('memory.check', input, context);
    if (flags.run !== true) return output;
    return { ...output, checked: await runProbes(output.checked, Number(flags.timeout) * 1000) };
  },
});
