import { RECORD } from '../quote.ts';

/** What we told an agent before; one without an end was cut off. */
const RECALLED = new RegExp(
  `<${RECORD} kind="[^"\\n]{0,40}" of="[^"\\n]{0,80}">[^]*?(?:</${RECORD}>|$)`,
  'g',
);
const MARK = '[recalled by Hivemind]';

/**
 * The text without what Hivemind had told the agent, each replaced by a mark: quoted back in a transcript it would be
 * taken for something new, and found, and told again.
 */
export const withoutRecalled = (text: string): string =>
  text.includes(`<${RECORD} `) ? text.replace(RECALLED, MARK) : text;
