import { asFields, type Fields, stringAt } from '../fields.ts';
import { withoutTagged } from '../tagged-text.ts';

/** Tags of text that hooks and Gemini itself put into prompts and answers, and that nobody typed. */
const injectedTags = ['hook_context', 'session_context'];

export const withoutInjections = (text: string): string => withoutTagged(text, injectedTags);

/** What Gemini puts around an answer that may say what it likes. */
export const withoutFence = (text: string): string =>
  text.replace(/^<untrusted_context[^>\n]*>\n?/, '').replace(/\n?<\/untrusted_context>$/, '');

/** Text of content: a string, a part, or a list of parts; thoughts and calls are no text. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content))
    return content
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  const part = asFields(content);
  if (part === null || part.thought === true) return '';
  const data = asFields(part.inlineData) ?? asFields(part.fileData);
  return stringAt(part, 'text') ?? (data === null ? '' : `[${stringAt(data, 'mimeType') ?? 'file'}]`);
}

/** The answers to calls among parts, by the id of the call. */
export function answersOf(content: unknown): { callId: string; part: Fields }[] {
  return (Array.isArray(content) ? content : []).flatMap((item) => {
    const part = asFields(asFields(item)?.functionResponse);
    const callId = stringAt(part, 'id');
    return part === null || callId === null ? [] : { callId, part };
  });
}

/** What Gemini asks itself, as if a person had. */
export const isOwnPrompt = (words: string): boolean =>
  /^(?:(?:System: )?Please continue\.?$|System: Potential loop detected\.)/.test(words);

/** What Gemini tells the model of its surroundings, in the person's name. */
export const isContext = (words: string): boolean =>
  /^(?:Here is (?:the user's editor context|a summary of changes in the user's editor context)|- \*\*Workspace Directories:\*\*|<state_snapshot>)/.test(
    words,
  );

/** A command that the person ran with "!", and what it printed; null when it is none. */
export function typedCommand(words: string): { command: string; output: string } | null {
  const [head, middle, tail] = [
    'I ran the following shell command:\n```sh\n',
    '\n```\n\nThis produced the following result:\n```\n',
    '\n```',
  ];
  const end = words.indexOf(middle);
  if (!words.startsWith(head) || end < 0 || !words.endsWith(tail)) return null;
  // Gemini escapes backslashes and backticks.
  const plain = (text: string): string => text.replace(/\\([\\`])/g, '$1');
  return {
    command: plain(words.slice(head.length, end)),
    output: plain(words.slice(end + middle.length, words.length - tail.length)),
  };
}
