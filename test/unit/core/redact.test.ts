import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  redactDraft as redactDraftWith,
  redactionRules,
  redactText as redactTextWith,
  unmarked,
} from '../../../src/core/redact.ts';
import type { DraftInput } from '../../../src/schema/event.ts';
import { marked, named, type Planted } from './redaction/planted.ts';

const redactText = (text: string) => redactTextWith(text, unmarked);
const redactDraft = (draft: DraftInput) => redactDraftWith(draft, unmarked);

const draftOf = (more: Partial<DraftInput>): DraftInput => ({
  type: 'tool.called',
  agent: 'claude-code',
  session: `ses_${'0'.repeat(32)}`,
  identity: { nativeId: 'toolu_1', phase: 'call' },
  actor: { kind: 'agent', name: 'claude' },
  ...more,
});

const anyText = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.lorem(),
);
const anyCase = (cases: fc.Arbitrary<Planted>[]) => fc.oneof(...cases);

describe('redactText', () => {
  it('leaves nothing of a secret that carries its own mark, whatever stands around it', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyCase(marked), anyText, async (before, planted, after) => {
        const { text, found } = await redactText(before + planted.line + after);
        expect(text, planted.name).not.toContain(planted.secret);
        expect(found.length).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });

  it('leaves nothing of a secret that has a telling name, on any line of any text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyCase(named), anyText, async (before, planted, after) => {
        const { text } = await redactText(`${before}\n${planted.line}\n${after}`);
        expect(text, planted.name).not.toContain(planted.secret);
      }),
      { numRuns: 1500 },
    );
  });

  it('changes nothing the second time', async () => {
    const pieces = fc.array(
      fc.oneof(
        anyText,
        anyCase([...marked, ...named]).map((planted) => planted.line),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom('', ' ', '\n', '"', '='), async (list, between) => {
        const once = (await redactText(list.join(between))).text;
        expect(await redactText(once)).toEqual({ text: once, found: [] });
      }),
      { numRuns: 1500 },
    );
  });

  it('names the rule in the mask and keeps what stands around', async () => {
    expect(await redactText(`run with DB_PASSWORD=${'hun'}ter2 npm start`)).toEqual({
      text: 'run with DB_PASSWORD=[redacted:assignment] npm start',
      found: ['assignment'],
    });
    expect((await redactText(`postgres://app:${'s3'}cret-pw@db:5432/x`)).text).toBe(
      'postgres://app:[redacted:url-password]@db:5432/x',
    );
  });

  it('masks a private key in a diff, with a prefix on every line', async () => {
    const key = ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' ');
    const text = `+++ b/key.pem\n+${key}\n+${'MIIEvQIBADANBg'.repeat(4)}\n+${'kqhkiG9w0BAQEF'.repeat(4)}\n`;
    expect((await redactText(`${text}+-----END ${'PRIVATE'} KEY-----\n done`)).text).toBe(
      '+++ b/key.pem\n+[redacted:private-key]\n done',
    );
    expect((await redactText(`${text}… [cut]`)).text).toBe('+++ b/key.pem\n+[redacted:private-key]\n… [cut]');
  });

  it('masks the rest of a private key whose first line was cut off', async () => {
    const text = `[cut] …\n${'kqhkiG9w0BAQEF'.repeat(4)}\n${'MIIEvQIBADANBg'.repeat(4)}\n-----END ${'PRIVATE'} KEY-----\nok`;
    expect((await redactText(text)).text).toBe('[cut] …\n[redacted:private-key]\nok');
  });

  it('is not switched off by a comment', async () => {
    const token = `glsa_${'aB3'.repeat(10)}aB_${'0'.repeat(8)}`;
    expect((await redactText(`// secretlint-disable\n${token}`)).text).not.toContain(token);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are text of CI files and shells, not templates
  it.each([
    'commit 4f5e9b0c1d2a3b4c5d6e7f8091a2b3c4d5e6f708',
    'id: 018f4c6e-7b7a-7cc1-9a55-2f4e1f2a3b4c',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'const password = getPassword();',
    'password: string;',
    'const { token } = parser.next(); token = lexer.peek()',
    'token count 1200, max_tokens: 4096, "input_tokens": 123456',
    'if (password === other.password) return secret == null;',
    'user.password = req.body.password',
    'DB_PASSWORD=$DB_PASSWORD node app.js --token "$TOKEN"',
    'password: ${{ secrets.DB_PASSWORD }}',
    'PASSWORD=${PASSWORD:-}',
    '"password": "Enter your password"',
    '<label>Password</label><input type="password" name="password">',
    'use the --password flag to set it; --token is required',
    'git clone https://github.com/org/repo.git && curl http://localhost:8080/@vite/client',
    'primary_key: id, key: value, cacheKey: node-modules-linux',
    'PWD=/home/dev/project OLDPWD=/home/dev',
    'export const task_test_initialization = risk_testing;',
    'Basic configuration of bearer authentication',
    'def login(user: str, password: str, token: Optional[str] = None) -> None:',
    'secret: process.env.JWT_SECRET,',
    'cookie: cookieParser(), authorization: buildHeader(token)',
    '--- PASS: TestGetCurrentHookAgent_ClaudeCode (0.00s)',
    String.raw`{"out":"ok\r\nPASS: draw1 contains the text\r\n"}`,
    String.raw`"pwd":"C:\\Users\\dev\\project1"`,
    'trying to login with password reset',
    'Tests: 12 passed, pass: 12, fail: 0',
    'import { tokenize } from "./tokenize.ts"; const tokens = tokenize(text);',
    'task-management-system-for-developers-and-designers-of-things',
  ])('leaves alone: %s', async (text) => {
    expect(await redactText(text)).toEqual({ text, found: [] });
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

  it.each([
    'a',
    '-',
    'QUJD',
    'eyJ',
    'eyJhbGciOi.',
    'token=',
    'password="',
    '\\',
    '://a:',
    'sk-',
    'SG.a.',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----END PRIVATE KEY-----\n',
    'mysql ',
    'curl -u a:',
    'cookie: ',
    'authorization: ',
    'machine a login b ',
    'secret_',
    '--token ',
  ])(
    'reads a megabyte of %j within the time limit of a test',
    async (unit) => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      expect(typeof (await redactText(text)).text).toBe('string');
    },
    20_000,
  );
});

describe('redactDraft', () => {
  it('masks by rule in text and paths, and by key in the body, at any depth', async () => {
    const token = `gh${'p_'}${'a1B2'.repeat(9)}`;
    const draft = draftOf({
      text: `used ${token}`,
      paths: [`src/${token}.txt`],
      body: {
        tool: 'Bash',
        input: { env: { password: 'correct', tokens: 1200, token: 42 }, args: ['--password', 'tiger', '-v'] },
        headers: [{ name: 'X-Api-Key', value: 'abcdef' }],
        credentials: { accounts: [{ user: 'me', secret: 'horse' }] },
      },
    });
    const { draft: out, found } = await redactDraft(draft);
    expect(out.text).toBe('used [redacted:github-token]');
    expect(out.paths).toEqual(['src/[redacted:github-token].txt']);
    expect(out.body).toEqual({
      tool: 'Bash',
      input: {
        env: { password: '[redacted:field]', tokens: 1200, token: 42 },
        args: ['--password', '[redacted:field]', '-v'],
      },
      headers: [{ name: 'X-Api-Key', value: '[redacted:field]' }],
      credentials: { accounts: [{ user: 'me', secret: '[redacted:field]' }] },
    });
    expect(new Set(found)).toEqual(new Set(['github-token', 'field']));
    expect(out.identity).toEqual(draft.identity);
  });

  it('leaves nothing of a planted secret in any place of a body, and changes nothing the second time', async () => {
    const place = fc.constantFrom<(line: string) => unknown>(
      (line) => line,
      (line) => [line, 'x'],
      (line) => ({ [line]: 1 }),
      (line) => ({ input: { command: line, list: [[line]] } }),
      (line) => ({ hunks: [{ lines: line.split('\n').map((part) => `+${part}`) }] }),
      (line) => ({ nested: JSON.stringify({ line }) }),
    );
    await fc.assert(
      fc.asyncProperty(anyCase([...marked, ...named]), place, async (planted, put) => {
        const { draft } = await redactDraft(
          draftOf({ text: planted.line, body: { value: put(`${planted.line}\n`) } }),
        );
        expect(JSON.stringify(draft), planted.name).not.toContain(planted.secret);
        expect(await redactDraft(draft)).toEqual({ draft, found: [] });
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps the number of lines of a hunk', async () => {
    const lines = [
      ' a',
      `+-----BEGIN ${'PRIVATE'} KEY-----`,
      `+${'MIIEvQIBADANBg'.repeat(4)}`,
      `+-----END ${'PRIVATE'} KEY-----`,
      ' b',
    ];
    const { draft } = await redactDraft(draftOf({ body: { lines } }));
    expect(draft.body).toEqual({
      lines: [' a', '+[redacted:private-key]', '[redacted:private-key]', '[redacted:private-key]', ' b'],
    });
  });

  it('does not fail on hostile shapes', async () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 100_000; depth += 1) deep = { a: deep };
    const body = { deep, ...JSON.parse('{"__proto__": {"password": "tiger"}, "": null}') };
    const { draft } = await redactDraft(draftOf({ body }));
    expect(Object.keys(draft.body ?? {})).toEqual(['deep', '__proto__', '']);
    expect(JSON.stringify(draft)).not.toContain('tiger');
    expect(JSON.stringify(draft)).toContain('[cut: nested too deep]');
  });
});

it('every rule has its own name and a summary, and those that a draft can name are listed', () => {
  const names = redactionRules.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('field');
  for (const rule of redactionRules) expect(rule.summary.length).toBeGreaterThan(10);
});
