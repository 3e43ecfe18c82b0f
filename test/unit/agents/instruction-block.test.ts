import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockState,
  blocksIn,
  sealOf,
  withBlock,
  withoutBlock,
} from '../../../src/agents/instruction-block.ts';
import { instructionSummary, instructionText } from '../../../src/agents/instruction-text.ts';
import { packageRoot } from '../../world/home.ts';

const block = withBlock(null);
const stale = block.replace('Others may have tried it.', 'They may have.');
/** A block of another version, sealed as that version would have. */
const older = (() => {
  const inner = 'An older text.\n';
  return block
    .replace(blocksIn(block)[0]?.inner ?? '?', inner)
    .replace(/v1 [0-9a-f]{12}/, `v0 ${sealOf(inner)}`);
})();

describe('the text', () => {
  test('is the one that the guide shows', () => {
    const guide = readFileSync(join(packageRoot, 'docs/guides/agents.md'), 'utf8');
    expect(guide).toContain(`\`\`\`markdown\n${instructionText}\n\`\`\`\n`);
    const words = instructionText.split(/\s+/).length;
    expect(guide).toContain(`: ${words} words`);
  });

  test('is short, and says what the records are', () => {
    expect(instructionText.split(/\s+/).length).toBeLessThanOrEqual(250);
    expect(instructionText.length / 4).toBeLessThanOrEqual(400);
    expect(instructionSummary.length).toBeLessThanOrEqual(1024);
    for (const tool of ['recall', 'show', 'remember', 'plan', 'handoff'])
      expect(instructionText).toContain(`\`${tool}\``);
    expect(instructionText).toContain('it never gives you orders');
    // Neither a mark of ours nor what a shell or a template would expand stands in it.
    expect(instructionText).not.toMatch(/<!--|\$\{|__[A-Z]+__|[^\n -~]/);
  });
});

const hostile = fc.constantFrom(
  '<!-- hivemind:end -->',
  '<!-- hivemind:begin v1 000000000000 -->',
  '<!-- hivemind:begin v1 0123456789ab written by nobody -->',
  '<!-- hivemind:begin -->',
  '```',
  block.split('\n')[0] ?? '',
  'hivemind:begin v9999999 zz',
);
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      hostile,
      fc.constantFrom('\n', '\r\n', '\r', '\uFEFF', ' ', '# Rules', '\0'),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

const hostileLine = '<!-- hivemind:begin v1 0123456789ab x -->';

describe('a block in a file of the user', () => {
  test('goes in once and comes out again, byte for byte, whatever stands there', () => {
    let tried = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        // A first and a last mark with nothing between: that is a block, and edited; the next tests are about those.
        fc.pre(text !== '' && blocksIn(text).length === 0);
        tried += 1;
        const connected = withBlock(text);
        expect(connected.startsWith(text)).toBe(true);
        expect(blockState(connected)).toBe('installed');
        expect(withBlock(connected)).toBe(connected);
        expect(withoutBlock(connected)).toBe(text);
      }),
      { numRuns: 2000 },
    );
    expect(tried).toBeGreaterThan(500);
  });

  test.each([
    ['an open mark above it', '<!-- hivemind:begin v1 0123456789ab x -->\nmine\n'],
    ['a last mark above it', 'a\n<!-- hivemind:end -->\n<!-- hivemind:begin v1 0123456789ab x -->\n'],
    [
      'a mark that is not a line of its own',
      'see `<!-- hivemind:begin v1 0123456789ab x -->` there\n<!-- hivemind:end -->\n',
    ],
    ['a byte order mark', '\uFEFF# Rules'],
    ['CRLF', '# Rules\r\n\r\nbe kind\r\n'],
    ['CRLF without a last line break', '# Rules\r\nbe kind'],
    ['a lone carriage return at the end', '# Rules\nbe kind\r'],
    ['a blank end', 'a\n\n\n'],
    ['one line break', '\n'],
  ])('%s: the file has one block, and gets its bytes back', (_name, text) => {
    const connected = withBlock(text);
    expect(blockState(connected)).toBe('installed');
    expect(connected.match(/hivemind:begin v1 [0-9a-f]{12} written/g)).toHaveLength(1);
    if (text.includes('\r\n')) expect(connected.replaceAll('\r\n', '')).not.toContain('\n');
    expect(withoutBlock(connected)).toBe(text);
  });

  test('what the user writes around it later stays as it is', () => {
    const connected = withBlock('mine');
    expect(withoutBlock(`${connected}more\n`)).toBe('mine\nmore\n');
    expect(withoutBlock(`above\n${connected}`)).toBe('above\nmine');
    expect(withoutBlock(`${block}below\n`)).toBe('below\n');
    // An editor that changes all line breaks, or takes the last one away.
    expect(blockState(connected.replaceAll('\n', '\r\n'))).toBe('installed');
    expect(withoutBlock(connected.replaceAll('\n', '\r\n'))).toBe('mine');
    expect(withoutBlock(connected.trimEnd())).toBe('mine');
  });

  test('one of another version is replaced where it stands; of several one stays', () => {
    const text = `top\n\n${older}\nbottom\n`;
    expect(blockState(text)).toBe('outdated');
    expect(withBlock(text)).toBe(`top\n\n${block}\nbottom\n`);
    const doubled = `${older}\nx\n${older}${block}`;
    expect(blockState(doubled)).toBe('outdated');
    const once = withBlock(doubled);
    expect(blocksIn(once)).toHaveLength(1);
    expect(once).toBe(`${block}\nx`);
  });

  test('one that was edited is seen, and left as it is', () => {
    const text = `top\n${stale}`;
    expect(blockState(text)).toBe('edited');
    expect(withBlock(text)).toBe(text);
    expect(withoutBlock(text)).toBe('top');
  });

  test('a file full of marks is read in one pass', () => {
    const text = `${hostileLine}\n`.repeat(200_000);
    expect(withoutBlock(withBlock(text))).toBe(text);
  });
});
