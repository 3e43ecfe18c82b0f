import { boolean } from '@oclif/core/flags';
import { operationCommand } from '../command.ts';
import { renderBrief, renderBriefReasons } from '../render/brief.ts';

export default operationCommand('brief.show', {
  render: (output, view, _input, { explain }) =>
    explain ? renderBriefReasons(output, view) : renderBrief(output),
  flags: { explain: boolean({ description: 'Show why each line is in, and what was left out' }) },
});
