const ESC = '\\u001b';
const STRING_OPENERS = `(?:${ESC}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])`;
// A body ends where any other sequence could begin, so a hostile run of openers is still read once.
const STRING_BODY = `[^\\u0007\\u001b\\u0090\\u0098\\u009c-\\u009f]*(?:\\u0007|\\u009c|${ESC}\\\\)`;
const CSI = `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]?`;
const OTHER_ESCAPE = `${ESC}[ -/]*[0-~]?`;
const CONTROLS = '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]';
// Marks that reorder or hide what follows them (Trojan Source), and line separators that are no \n.
const INVISIBLE = '[\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]';

const UNSAFE = new RegExp(
  `${STRING_OPENERS}${STRING_BODY}|${CSI}|${OTHER_ESCAPE}|${CONTROLS}|${INVISIBLE}`,
  'gu',
);
const CARRIAGE_RETURN = /\r\n?/g;

/**
 * Text from outside, made fit for a terminal: without escape sequences, control characters and
 * characters that reorder or hide others. Keeps \n and \t; a carriage return becomes \n.
 */
export const safeText = (text: string): string => text.replace(CARRIAGE_RETURN, '\n').replace(UNSAFE, '');

/** The same on one line: runs of white space become one space. */
export const safeLine = (text: string): string => safeText(text).replace(/\s+/g, ' ').trim();
