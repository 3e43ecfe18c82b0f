import { bodies } from '../../src/schema/bodies/index.ts';
import { Draft, Event } from '../../src/schema/event.ts';
import { inputFields, inputTable, outputFields, outputTable } from './schema-tables.ts';

const intro = `# Events

An event is one immutable fact: an envelope that is the same for all, and a body by type. Names are facts in the past tense. A type, or a field of a body, that this version does not know is kept and shown.

Events sort by \`(hlc, writer, seq)\`.`;

const draftIntro = `What adapters and \`event.append\` hand over: an event before it has an id and a place. \`identity\` says how it is recognised when it is reported twice: by the agent's own id and a phase, or by its raw content, which is hashed with a secret of this machine and not stored.`;

/** docs/reference/events.md. */
export function eventsPage(): string {
  const list = Object.entries(bodies).map(
    ([type, { summary }]) => `- [${type}](#${type.replaceAll('.', '')}): ${summary}`,
  );
  const sections = Object.entries(bodies).map(
    ([type, { summary, body }]) => `## ${type}\n\n${summary}\n\n${outputTable(outputFields(body))}`,
  );
  return [
    intro,
    list.join('\n'),
    '## The envelope',
    outputTable(outputFields(Event)),
    '## A draft',
    draftIntro,
    inputTable(inputFields(Draft)),
    ...sections,
  ].join('\n\n');
}
