import { string } from '@oclif/core/args';
import { safeText } from '../../core/safe-text.ts';
import { AppError } from '../../schema/app-error.ts';
import { nearest } from '../../schema/nearest.ts';
import { HivemindCommand } from '../command.ts';
import { findTopic, type Topic, textOf, topicsAt } from '../help/topics.ts';
import { renderTable } from '../render/table.ts';

export default class Help extends HivemindCommand {
  static override summary = 'Show how something is done: a guide, or what a command takes.';
  static override description =
    '`hivemind help topics` lists the guides, `hivemind help COMMAND` is `hivemind COMMAND --help`, and where a guide has the name of a command, `hivemind help guide NAME` shows the guide. With --json it is always the guide.';
  static override examples = ['hivemind help topics', 'hivemind help privacy', 'hivemind help guide recall'];
  static override args = {
    topic: string({
      description: 'Name of a guide, a command, or "topics"',
      ignoreStdin: true,
      multiple: true,
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Help);
    const words = ([] as string[]).concat(args.topic ?? []);
    const topics = topicsAt(this.config.root);
    const name = words.at(-1) ?? 'topics';
    if (name === 'topics' || name === 'guide') return this.list(topics, flags.json === true);
    const topic = findTopic(this.config.root, name);
    if (topic === undefined) throw noGuide(name, topics);
    const markdown = textOf(topic);
    if (flags.json) return this.printJson({ topic: topic.name, title: topic.title, markdown });
    // Loaded here: of all commands only this one reads Markdown.
    const { renderMarkdown } = await import('../render/markdown.ts');
    this.print(renderMarkdown(markdown, this.view()));
  }

  list(topics: readonly Topic[], json: boolean): void {
    if (json) {
      this.printJson({ topics: topics.map(({ name, title }) => ({ name, title })) });
      return;
    }
    const view = this.view();
    const table = renderTable(
      topics,
      [
        { header: 'TOPIC', cell: ({ name }) => name, style: view.paint.cyan },
        { header: 'ABOUT', cell: ({ title }) => title, shrinks: true },
      ],
      view,
    );
    this.print(`${table}\n\n${view.paint.dim('Read one:')} hivemind help guide NAME`);
  }
}

function noGuide(name: string, topics: readonly Topic[]): AppError {
  const near = nearest(
    name,
    topics.map((topic) => topic.name),
  );
  return new AppError('NOT_FOUND', `there is no guide "${safeText(name).slice(0, 100)}"`, {
    hint: near === undefined ? 'hivemind help topics' : `hivemind help guide ${near}`,
  });
}
