import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactDraft, redactionRules, redactText } from '../../../../src/core/redact.ts';
import { ruleNames } from '../../../../src/core/redaction/rule-names.ts';
import { isMask } from '../../../../src/core/redaction/span.ts';
import { marked, named } from './planted.ts';

const markWith =
  (key: string) =>
  (secret: string): string =>
    createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
const mark = markWith('this machine');
const redacted = (text: string): string => redactText(text, mark).text;

const token = (letter: string): string => `gh${'p_'}${`${letter}1B2`.repeat(9)}`;
const anyPlanted = fc.oneof(...marked, ...named);

describe('marks', () => {
  it('says the rule and eight digits that are the same for the same secret, and others for another', () => {
    const [first, second] = [redacted(token('a')), redacted(token('b'))];
    expect(first).toMatch(/^\[redacted:github-token:[0-9a-f]{8}\]$/);
    expect(redacted(`again ${token('a')} here`)).toBe(`again ${first} here`);
    expect(second).not.toBe(first);
    expect(redactText(token('a'), markWith('another machine')).text).not.toBe(first);
  });

  it('marks a secret alike whatever rule finds it', () => {
    const secret = `${'hun'}ter2-Xy7`;
    const all = [
      `DB_PASSWORD=${secret}`,
      `postgres://app:${secret}@db:5432/x`,
      `mysql -u root -p${secret} app`,
    ].map(redacted);
    const marks = all.map((text) => /:([0-9a-f]{8})\]/.exec(text)?.[1]);
    expect(new Set(marks)).toEqual(new Set([mark(secret)]));
    const { draft } = redactDraft(
      {
        type: 'tool.called',
        agent: 'a',
        session: `ses_${'0'.repeat(32)}`,
        identity: { content: '' },
        actor: { kind: 'agent', name: 'a' },
        body: { password: secret },
      },
      mark,
    );
    expect(draft.body).toEqual({ password: `[redacted:field:${mark(secret)}]` });
  });

  it('changes nothing the second time, nor with another key', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ maxLength: 40 }),
        anyPlanted.map(({ line }) => line),
        fc.constantFrom(...ruleNames).map((name) => `[redacted:${name}:0a1b2c3d]`),
        fc.constantFrom(...ruleNames).map((name) => `[redacted:${name}]`),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(pieces, fc.constantFrom('', ' ', '\n', '"', '=', ': '), (list, between) => {
        const once = redacted(list.join(between));
        expect(redacted(once)).toBe(once);
        expect(redactText(once, markWith('another machine'))).toEqual({ text: once, found: [] });
      }),
      { numRuns: 1500 },
    );
  });

  it('takes every rule’s mask for a mask, with a mark and as they were before', () => {
    for (const { name } of redactionRules) expect(ruleNames, name).toContain(name);
    for (const name of ruleNames) {
      expect(isMask(`[redacted:${name}]`)).toBe(true);
      expect(isMask(`[redacted:${name}:0a1b2c3d]`)).toBe(true);
    }
  });

  it.each([
    (secret: string) => `[redacted:${secret}]`,
    (secret: string) => `[redacted:github-token:${secret}]`,
    (secret: string) => `[redacted:${secret}:0a1b2c3d]`,
    (secret: string) => `[redacted:github-token:0a1b2c3d${secret}]`,
    (secret: string) => `[redacted:github-token:0a1b2c3d]${secret}[redacted:jwt]`,
    (secret: string) => `token=[redacted:jwt]${secret}`,
    (secret: string) => `password="[redacted:field:0a1b2c3d]${secret}"`,
    (secret: string) => `[redacted:[redacted:jwt]${secret}]`,
  ])('is not led astray by a mask that somebody wrote (%#)', (dress) => {
    const text = redacted(dress(token('c')));
    expect(text).not.toContain(token('c').slice(4));
    expect(redacted(text)).toBe(text);
  });

  it('leaves a mask alone that stands where a secret might', () => {
    for (const text of [
      'PASSWORD=[redacted:assignment:0a1b2c3d]',
      'https://me:[redacted:url-password:0a1b2c3d]@host/',
      '{"password":"[redacted:field]","url-password":"[redacted:private-key:0a1b2c3d]"}',
      'Cookie: [redacted:cookie:0a1b2c3d]',
    ])
      expect(redactText(text, mark)).toEqual({ text, found: [] });
  });
});

describe('private', () => {
  it.each([
    ['a <private>b</private> c', 'a [private] c'],
    ['<private>a\nb</private>', '[private]'],
    ['a <private>b <private>c</private> d</private> e', 'a [private] e'],
    ['a <private>b', 'a [private]'],
    ['a <private>b <private>c</private> d', 'a [private]'],
    ['a </private> b', 'a </private> b'],
    ['a <PRIVATE >b</Private> c <private></private>', 'a [private] c [private]'],
    ['<privately>a</privately>', '<privately>a</privately>'],
  ])('%j becomes %j', (text, expected) => {
    expect(redacted(text)).toBe(expected);
    expect(redacted(expected)).toBe(expected);
  });

  it('is cut out of every string of a draft, and keeps the lines of a hunk', () => {
    const { draft, found } = redactDraft(
      {
        type: 'file.edited',
        agent: 'a',
        session: `ses_${'0'.repeat(32)}`,
        identity: { content: '' },
        actor: { kind: 'agent', name: 'a' },
        text: 'x <private>zeppelin</private>',
        paths: ['a/<private>zeppelin</private>'],
        body: {
          lines: ['+a', '+<private>', '+zeppelin', '+</private>', '+b'],
          deep: [{ '<private>zeppelin': '<private>zeppelin' }],
        },
      },
      mark,
    );
    expect(JSON.stringify(draft)).not.toContain('zeppelin');
    expect(draft.body?.lines).toEqual(['+a', '+[private]', '[private]', '[private]', '+b']);
    expect(found).toEqual(['private']);
  });
});

describe('encoded', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it('finds tokens and files of assignments in base64, at each place of a triple, in lines too', () => {
    for (const lead of ['', 'a', 'ab', 'abc'])
      for (const text of [`${lead} ${token('d')}`, `${lead}\nDB_PASSWORD=${'tig'}er-77x\n`])
        expect(redacted(`data: ${base64(text)}`), text).toMatch(/^data: \[redacted:encoded:[0-9a-f]{8}\]$/);
    const wrapped = base64(`${'x'.repeat(50)} ${token('e')} ${'y'.repeat(50)}`).replace(/.{76}/g, '$&\n');
    expect(wrapped).toContain('\n');
    expect(redacted(wrapped)).toMatch(/^\[redacted:encoded:[0-9a-f]{8}\]$/);
  });

  it('finds a password in a percent-encoded address', () => {
    expect(redacted(`next=postgres%3A%2F%2Fapp%3A${'s3'}cret-pw%40db%2Fx`)).toBe(
      `next=postgres%3A%2F%2Fapp%3A[redacted:encoded:${mark(`${'s3'}cret-pw`)}]%40db%2Fx`,
    );
  });

  it('leaves data alone', () => {
    const picture = base64('\u0089PNG secret of the password: none. '.repeat(20) + '\u0000'.repeat(40));
    expect(redactText(picture, mark).found).toEqual([]);
  });
});

describe('random tokens', () => {
  const random = 'q8Zr2LmT5vXw9KdF3hJnBs7YcP4g';

  it.each([
    `the API key is ${random}`,
    `my password for staging: ${random} (rotate it)`,
    `use this access token ${random}`,
    `credentials → ${random}`,
  ])('finds %s', (text) => {
    expect(redacted(text)).toContain('[redacted:');
    expect(redacted(text)).not.toContain(random);
  });

  it.each([
    `the cache key is ${random}`,
    `${random} stands alone`,
    'the token of commit 4f5e9b0c1d2a3b4c5d6e7f8091a2b3c4d5e6f708',
    'secret of sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'password reset request 018f4c6e-7b7a-7cc1-9a55-2f4e1f2a3b4c',
    'a token, "integrity": "sha512-q8Zr2LmT5vXw9KdF3hJnBs7YcP4gq8Zr2LmT5vXw9KdF3hJnBs7YcP4gAAAA=="',
    'API keys in TestGetCurrentHookAgentFromClaudeCode2Settings',
    'token use: toolu_01A09q90qw90lq917835lq9A',
    'the secret lies in src/core/redaction/V2KeysAndTokens/index99.ts',
    'public key AAAAB3NzaC1yc2EAAAADAQABAAABgQDJ7',
  ])('leaves alone: %s', (text) => {
    expect(redactText(text, mark)).toEqual({ text, found: [] });
  });
});
