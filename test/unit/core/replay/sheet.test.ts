import { expect, test } from 'vitest';
import { discreet, discretionFor } from '../../../../src/core/replay/discreet.ts';
import { sheetKnowledge, sheetSession, sheetStep } from '../../../../src/core/replay/sheet.ts';
import { sheetHtml } from '../../../../src/core/replay/sheet-html.ts';
import { decisionOf, eventOf, sessionOf } from '../../cli/records.ts';

const machine = { homes: ['/home/ann.lee', '/data/homes/ann.lee/'], user: 'ann.lee', host: 'Orion.lan' };
const discretion = discretionFor(machine);

test('the home and the names of a machine are said in no other way', () => {
  const said = {
    path: '/home/ann.lee/work/a.ts',
    real: 'file:///data/homes/ann.lee/work',
    alone: 'cd /home/ann.lee',
    prompt: 'ann.lee@orion:~$ ssh ANN.LEE@orion.lan',
    others: ['/home/ann.lees/x', '/tmp/home/ann.leex', 'orionid', 'joann.lee'],
    '-home-ann.lee-work': 1,
  };
  expect(discreet(said, discretion)).toEqual({
    path: '~/work/a.ts',
    real: 'file://~/work',
    alone: 'cd ~',
    prompt: 'user@host:~$ ssh user@host',
    others: ['/home/ann.lees/x', '/tmp/home/ann.leex', 'orionid', 'joann.lee'],
    '-home-user-work': 1,
  });
});

test('words that are nobody’s name stay, and so does a root that is everybody’s', () => {
  const text = 'the root cause: user root on localhost, in /srv/people/x and /';
  const hidden = discreet(
    text,
    discretionFor({ homes: ['/srv/people', '/'], user: 'root', host: 'localhost' }),
  );
  expect(hidden).toBe('the root cause: user root on localhost, in ~/x and /');
});

test('a step keeps what is shown of it, redacted, and nothing of the store', () => {
  const secret = `ghp_${'aB3dE6gH9jK2'.repeat(3)}`;
  const long = `begin ${'x'.repeat(900_000)} end`;
  const event = eventOf(1, {
    text: `token ${secret} of /home/ann.lee`,
    paths: ['/home/ann.lee/a.ts'],
    body: { tool: 'Bash', input: { command: `curl -H ${secret}` }, output: long },
  });
  const step = sheetStep(event, discretion);
  const json = JSON.stringify(step);
  expect([secret, 'ann.lee', event.writer, event.workspace].filter((gone) => json.includes(gone))).toEqual(
    [],
  );
  expect(Object.keys(step).filter((field) => /^(fact|delivery|seq|hlc|trace)$/.test(field))).toEqual([]);
  expect(step.paths).toEqual(['~/a.ts']);
  expect(String(step.body.output)).toMatch(/^begin x+\n\[… \d+ characters left out …\]\nx+ end$/);
  expect(json.length).toBeLessThan(300_000);
  expect(step).toMatchObject({ id: event.id, session: event.session, at: event.at });
});

test('a session has no directory, and what was decided is redacted as well', () => {
  const session = sessionOf({ cwd: '/home/ann.lee/work', nativeId: 'n', title: 'for ann.lee' });
  expect(sheetSession(session, discretion)).toMatchObject({ cwd: null, nativeId: null, title: 'for user' });
  const known = { plan: [], conventions: [], claims: [], decisions: [decisionOf({ by: 'ann.lee' })] };
  expect(sheetKnowledge(known, discretion).decisions[0]).toMatchObject({ choice: 'Redis', by: 'user' });
});

test('what a page holds can neither end its element nor begin another', () => {
  const html = sheetHtml({
    title: '</title><script>alert(1)</script>',
    script: 'run()',
    scriptHash: 'c2NyaXB0',
    style: 'a{}',
    styleHash: 'c3R5bGU=',
    data: JSON.stringify({ text: '</script><!-- <script>' }),
  });
  expect(html.match(/<\/?script/g)).toHaveLength(4);
  expect(html).toContain('<title>&lt;/title&gt;&lt;script&gt;');
  expect(html).toContain("script-src 'sha256-c2NyaXB0'; style-src 'sha256-c3R5bGU='; connect-src 'none'");
  const data = /id="sheet">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual({ text: '</script><!-- <script>' });
});
