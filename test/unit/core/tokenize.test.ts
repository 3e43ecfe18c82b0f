import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryTerms, termsOf, tokenize } from '../../../src/core/tokenize.ts';

describe('tokenize', () => {
  it.each([
    ['getHookAgent', ['get', 'hook', 'agent', 'gethookag'.concat('ent')]],
    ['hook_agent-name', ['hook', 'agent', 'name', 'hookagentname']],
    ['HTTPServer2', ['http', 'server2', 'httpserver2']],
    ['fmt.Errorf("x")', ['fmt', 'errorf', 'fmt.errorf', 'x']],
    ['src/core/recall.ts:12', ['src', 'core', 'recal', 'ts', 'recall.ts', 'src/core/recall.ts', '12']],
    ['The tests failed.', ['the', 'test', 'fail']],
    ['exit code 127', ['exit', 'code', '127']],
    ['E0502 TS2345 sha256', ['e0502', 'ts2345', 'sha256']],
    ['v4.3.1', ['v4', '3', '1', 'v4.3.1']],
    ['4f5e9b0c1d2a3b4c5d6e7f80', ['4f5e9b0', '4f5e9b0c1d2a3b4c5d6e7f80']],
    ['Café ﬁle', ['cafe', 'file']],
    ['数据库', ['数据', '据库']],
    ['修复parser的bug', ['修复', 'parser', '的', 'bug']],
    ['안녕', ['안녕']],
    ['хранилище', ['хранилище']],
    ['', []],
    ['… --- !!', []],
  ])('%s', (text, terms) => {
    expect(tokenize(text)).toEqual(terms);
  });

  it('makes terms of 1 to 64 characters without white space, well formed and in lower case, of any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'grapheme' }),
          fc.string({ minLength: 60, maxLength: 300 }),
        ),
        (text) => {
          for (const term of tokenize(text)) {
            expect(term.length).toBeGreaterThanOrEqual(1);
            expect(term.length).toBeLessThanOrEqual(64);
            expect(term).not.toMatch(/\s/u);
            expect(/[A-Z]/.test(term)).toBe(false);
            if (text.isWellFormed()) expect(term.isWellFormed()).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('finds an identifier however it is written', () => {
    for (const spelling of [
      'maxRetryCount',
      'max_retry_count',
      'MAX_RETRY_COUNT',
      'max-retry-count',
      'MaxRetryCount',
    ]) {
      expect(tokenize(spelling)).toEqual(['max', 'retri', 'count', 'maxretrycount']);
    }
  });

  it.each(['a', '-', '/', 'a.', 'aA', '数', '\u0301'])(
    'reads a megabyte of %j',
    (unit) => {
      expect(tokenize(unit.repeat(1_000_000 / unit.length)).length).toBeGreaterThanOrEqual(0);
    },
    20_000,
  );
});

describe('termsOf', () => {
  it('joins the terms of text and paths by single spaces', () => {
    expect(termsOf({ text: 'Fixed it', paths: ['a/b.ts'] })).toBe('a a/b.ts b b.ts fix it ts');
    expect(termsOf({ text: '', paths: [] })).toBe('');
  });

  it('keeps head, tail and paths of an event that is too long', () => {
    const terms = termsOf({ text: `first ${'word '.repeat(50_000)} last`, paths: ['end.ts'] }).split(' ');
    expect(terms.length).toBe(2000);
    for (const term of ['first', 'last', 'end', 'ts', 'end.ts']) expect(terms).toContain(term);
  });

  it('never has more than 2,000 terms', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.string(), { maxLength: 50 }),
        fc.integer({ min: 0, max: 4000 }),
        (text, paths, times) => {
          const joined = termsOf({ text: `${text} x`.repeat(times), paths });
          expect(joined === '' ? 0 : joined.split(' ').length).toBeLessThanOrEqual(2000);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('queryTerms', () => {
  it('leaves the words of the question out', () => {
    expect(queryTerms('why did the parser test fail')).toEqual(['parser', 'test', 'fail']);
    expect(queryTerms('Who is it?')).toEqual(['who', 'is', 'it']);
    expect(queryTerms('parser parser PARSER')).toEqual(['parser']);
    expect(queryTerms('')).toEqual([]);
    expect(queryTerms('_ A')).toEqual(['a']);
  });

  it('has unique terms that the index has too, and never more than 40', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.lorem({ maxCount: 80 })), (query) => {
        const terms = queryTerms(query);
        const indexed = new Set(termsOf({ text: query, paths: [] }).split(' '));
        expect(new Set(terms).size).toBe(terms.length);
        expect(terms.length).toBeLessThanOrEqual(40);
        expect(terms.every((term) => indexed.has(term))).toBe(true);
        if (tokenize(query).length > 0) expect(terms.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});
