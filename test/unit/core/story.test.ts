import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { codeSpan, fenced, plainInline, quotation } from '../../../src/core/markdown.ts';
import { tellStory } from '../../../src/core/story.ts';
import type { Event } from '../../../src/schema/event.ts';
import { at0, eventOf } from '../cli/records.ts';

const html = (markdown: string): string => marked.parse(markdown, { async: false, gfm: true });

const storyOf = (events: readonly Event[], titles: [string, string][] = []): string => {
  const { tell } = tellStory(new Map(titles));
  return events.map(tell).join('');
};

const prompted = (text: string, more: Partial<Event> = {}): Event =>
  eventOf(1, { type: 'turn.prompted', text, body: { prompt: text }, ...more });
const called = (body: Event['body'], more: Partial<Event> = {}): Event =>
  eventOf(2, { type: 'tool.called', text: String(body.tool), body, ...more });

const hostile = [
  '<script>alert(1)</script>',
  '![x](https://tracker.example.test/p.png)',
  '[click](javascript:alert(1))',
  'https://phish.example.test/login www.phish.example.test me@phish.example.test',
  '<img src=x onerror=alert(1)>',
  '# not a heading',
  '```\n<script>alert(1)</script>\n```',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '\u001b[2J\u202egnp.exe',
  '&lt;script&gt; &#60;b&#62;',
  '---\n***\n===',
];

test('a day, a session, what was asked, what failed and why, what was edited, each with its id', () => {
  const session = eventOf(1).session;
  const failed = called(
    {
      tool: 'Bash',
      input: { command: 'npm test' },
      exitCode: 3,
      error: 'Exit code 3\nTypeError: x is not a function',
    },
    { text: 'npm test', status: 'failed' },
  );
  const edit = eventOf(3, {
    type: 'file.edited',
    paths: ['src/a.ts'],
    text: 'edited src/a.ts',
    body: {
      tool: 'Edit',
      path: 'src/a.ts',
      change: 'edited',
      hunks: [{ lines: ['-let a;', '+const a = 1;'] }],
    },
  });
  const told = storyOf([prompted('Make the tests pass'), failed, edit], [[session, 'Green tests']]);
  expect(told).toContain(`## ${new Date(at0).toISOString().slice(0, 10)}`);
  expect(told).toMatch(/### claude-code: Green tests/);
  expect(told).toContain('> Make the tests pass');
  expect(told).toMatch(/Bash `npm test` \*\*failed\*\* \(exit 3\)/);
  expect(told).toContain('TypeError: x is not a function');
  expect(told).toMatch(/```diff\n[\s\S]*\+const a = 1;/);
  for (const { id } of [failed, edit]) expect(told).toContain(id);
});

test('the heading of a session stands once, and again when another has spoken in between', () => {
  const one = prompted('a');
  const other = prompted('b', { session: `ses_${'9'.repeat(32)}`, agent: 'codex' });
  expect(storyOf([one, one, other, one]).match(/^### .*$/gm)).toEqual([
    '### claude-code',
    '### codex',
    '### claude-code',
  ]);
});

test('what a model took, and the like, is no part of a story', () => {
  expect(storyOf([eventOf(1, { type: 'turn.measured' }), eventOf(2, { type: 'writer.observed' })])).toBe('');
});

test.each(hostile)('%j becomes no link, picture, tag or heading', (text) => {
  const events = [
    prompted(text, { agent: text.slice(0, 100), actor: { kind: 'agent', name: text.slice(0, 200) } }),
    called({ tool: text, input: { command: text }, error: text }, { text, status: 'failed' }),
    eventOf(3, { type: 'file.edited', paths: [text], text, body: { hunks: [{ lines: [text] }] } }),
    eventOf(4, { type: 'memory.decided', text }),
  ];
  const page = html(storyOf(events, [[eventOf(1).session, text]]));
  expect(page).not.toMatch(/<(?:a|img|script|table|b)[\s>]/i);
  expect(page.match(/<h1/g)).toBeNull();
  expect(page).not.toMatch(/[\p{Cf}]/u);
});

test('any text is shown as it is: quoted, in a span, in a block', () => {
  const text = fc.string({ unit: fc.constantFrom(...'a`*_[]()<>#!|~&\\ \n-+1.:/'.split('')), maxLength: 40 });
  const plain = (shown: string): string =>
    shown
      .replace(/<[^>]+>/g, '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => entities[name] ?? '')
      .replace(/\s+/g, ' ')
      .trim();
  fc.assert(
    fc.property(text, (given) => {
      const line = given.replace(/\s+/g, ' ').trim();
      const inline = html(`x ${plainInline(given)} x`);
      expect(plain(inline)).toBe(plain(`x ${escaped(line)} x`));
      expect(inline).not.toMatch(/<(?!\/?p>)/);
      expect(html(quotation(given))).not.toMatch(/<(?!\/?(p|blockquote|br)>)/);
      expect(html(fenced(given)).match(/<pre>/g)).toHaveLength(1);
      expect(html(fenced(given))).toMatch(/^<pre>[\s\S]*<\/pre>\s*$/);
      if (line !== '') expect(html(`x ${codeSpan(given)} x`)).toMatch(/^<p>x <code>[^<]*<\/code> x<\/p>\s*$/);
    }),
  );
});

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

test('a review is told with what it says, and about what', () => {
  const story = storyOf([
    eventOf(3, {
      type: 'merge.reviewed',
      text: 'asked for changes in side: <b>no bound</b>',
      body: {
        verdict: 'changes-requested',
        comment: '<b>no bound</b>',
        place: { path: 'src/a.ts', line: 3 },
      },
    }),
  ]);
  expect(story).toMatch(/reviewed\*\* `src\/a\.ts:3` `evt_/);
  expect(html(story)).toContain('asked for changes in side:');
  expect(html(story)).not.toContain('<b>');
});
