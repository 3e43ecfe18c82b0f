import { string } from '@oclif/core/flags';
import { plainInline } from '../../core/markdown.ts';
import { tellStory } from '../../core/story.ts';
import { operationCommand, type Presentation } from '../command.ts';

/** Sessions whose titles a story tells; of others their agent. */
const mostTitles = 1_000;

export default operationCommand('event.export', {
  render: ({ events }) => events.map((event) => JSON.stringify(event)).join('\n'),
  flags: {
    format: string({
      description: 'ndjson: events as they are stored; markdown: a story to read',
      options: ['ndjson', 'markdown'],
      default: 'ndjson',
    }),
  },
  /** All of it, page by page; with --json one page, as the operation gives it. */
  async present(presentation) {
    const { call, input, context, flags, printLine } = presentation;
    const format = flags.format === 'markdown' ? await storyFormat(presentation) : JSON.stringify;
    let page = await call('event.export', input, context);
    for (;;) {
      for (const event of page.events) {
        const text = format(event);
        if (text !== '') await printLine(text);
      }
      if (page.next === null) return true;
      page = await call('event.export', { ...input, after: page.next }, context);
    }
  },
});

async function storyFormat({ call, input, context, printLine }: Presentation<'event.export'>) {
  const { workspace, branch, cwd, caller } = input;
  const about = Object.fromEntries(
    Object.entries({ workspace, branch, cwd, caller }).filter(([, value]) => value !== undefined),
  );
  const found = await call('session.list', { ...about, limit: mostTitles }, context);
  await printLine(`# ${plainInline(found.workspace)}\n`);
  return tellStory(new Map(found.sessions.map(({ id, title }) => [id, title]))).tell;
}
