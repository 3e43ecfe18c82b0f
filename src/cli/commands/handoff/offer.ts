import { string } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { readWritten } from '../../handoff-file.ts';
import { renderOffered } from '../../render/handoff.ts';

export default operationCommand('handoff.offer', {
  render: renderOffered,
  flags: {
    content: string({
      description: 'File with all of it, as JSON or as lines such as "task: …"; - for standard input',
    }),
  },
  // The flag names the file, the field of the same name is what stands in it.
  prepare: async ({ content, ...input }) =>
    typeof content === 'string' ? { ...input, content: await readWritten(content) } : input,
});
