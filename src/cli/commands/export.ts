import { operationCommand } from '../command.ts';

export default operationCommand('event.export', {
  render: ({ events }) => events.map((event) => JSON.stringify(event)).join('\n'),
  /** All of it, page by page; with --json one page, as the operation gives it. */
  async present({ call, input, context, printLine }) {
    let page = await call('event.export', input, context);
    for (;;) {
      for (const event of page.events) await printLine(JSON.stringify(event));
      if (page.next === null) return true;
      page = await call('event.export', { ...input, after: page.next }, context);
    }
  },
});
