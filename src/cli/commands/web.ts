import { boolean } from '@oclif/core/flags';
import { openInBrowser } from '../browser.ts';
import { operationCommand } from '../command.ts';
import { renderWebOpened } from '../render/web.ts';

export default operationCommand('web.open', {
  render: renderWebOpened,
  // Whoever opens the page may approve there.
  isVerdict: true,
  flags: { 'no-open': boolean({ description: 'Only print the address' }) },
  async answer({ call, input, flags, context, printLine }) {
    const opened = await call('web.open', input, context);
    const isShown = !flags.json && !flags['no-open'] && (await openInBrowser(opened.url));
    if (isShown)
      await printLine('The page opens in your browser. Should it not, this address opens it once:');
    return opened;
  },
});
