import { string } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { renderReviewed } from '../../render/review.ts';

export default operationCommand('review.approve', {
  render: renderReviewed,
  isVerdict: true,
  flags: { sign: string({ description: 'Sign it with this SSH key (a file)' }) },
  async answer({ call, input, flags, context }) {
    if (typeof flags.sign !== 'string') return call('review.approve', input, context);
    const { signed } = await import('../../signing.ts');
    return call('review.approve', await signed('approved', flags.sign, { call, input, context }), context);
  },
});
