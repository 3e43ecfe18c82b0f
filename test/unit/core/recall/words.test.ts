import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../../../src/core/moment.ts';
import { asRecord } from '../../../../src/core/quote.ts';
import { errorKeys } from '../../../../src/core/recall/error-keys.ts';
import { withoutRecalled } from '../../../../src/core/recall/recalled-text.ts';
import { partsByTerms, snippet } from '../../../../src/core/recall/snippet.ts';
import { queryTerms, termsOf } from '../../../../src/core/tokenize.ts';

describe('parseMoment', () => {
  const now = Date.parse('2026-05-10T12:00:00Z');

  it.each([
    ['30min', now - 30 * 60_000],
    ['2h', now - 2 * 3_600_000],
    ['3d', now - 3 * 86_400_000],
    ['1w', now - 7 * 86_400_000],
    ['2026-05-01T10:00Z', Date.parse('2026-05-01T10:00:00Z')],
    ['2026-05-01T10:00:30.5+02:00', Date.parse('2026-05-01T08:00:30.500Z')],
    ['2026-05-01', new Date(2026, 4, 1).getTime()],
  ])('reads %s', (text, moment) => {
    expect(parseMoment(text, now)).toBe(moment);
  });

  it.each(['', 'yesterday', '3', 'd', '-3d', '2026-13-01', '2026-05-01; DROP TABLE x'])(
    'refuses %s',
    (text) => {
      expect(parseMoment(text, now)).toBeNull();
    },
  );
});

describe('errorKeys', () => {
  it('are the same for the same error with other numbers, hashes and homes', () => {
    const one = "Error: cannot open /home/ann/repo/a.ts at line 12: token 'x' (9f8e7d6c5b4a)";
    const other = "  Error: cannot open /home/bob/repo/a.ts at line 7: token 'x' (0011223344ff)";
    expect(errorKeys(one)).toHaveLength(1);
    expect(errorKeys(one)).toEqual(errorKeys(`$ npm test\n${other}\nDone in 3 s`));
    expect(errorKeys(one)).not.toEqual(
      errorKeys("Error: cannot close /home/ann/repo/a.ts at line 12: token 'x'"),
    );
  });

  it('are not made of what is no error, or too short to be one', () => {
    expect(errorKeys('all is well\nand good')).toEqual([]);
    expect(errorKeys('Error: 12')).toEqual([]);
  });

  it('stand among the terms of what failed, and no word is like one', () => {
    const text = 'TypeError: cannot read property of undefined';
    const [key = ''] = errorKeys(text);
    expect(termsOf({ text, paths: [], status: 'failed' }).split(' ')).toContain(key);
    expect(termsOf({ text, paths: [], status: 'ok' })).not.toContain('#');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        expect(queryTerms(words).some((term) => term.includes('#'))).toBe(false);
      }),
    );
  });
});

describe('snippet', () => {
  it('is the part that has most of the words', () => {
    const text = `${'lorem ipsum dolor '.repeat(40)}the retry queue drops a job when full ${'sit amet '.repeat(40)}`;
    const cut = snippet(text, new Set(['retri', 'queue', 'job']), 160).slice(0, 160);
    expect(cut).toContain('retry queue drops a job');
    expect(cut.startsWith('… ')).toBe(true);
  });

  it('is the whole of a short text, and the beginning of one without the words', () => {
    expect(snippet('short', new Set(['x']), 160)).toBe('short');
    const long = 'begin '.repeat(100);
    expect(snippet(long, new Set(['absent']), 160)).toBe(long);
  });

  it('cuts whatever it is given to what stands in the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.array(fc.string({ minLength: 1 })), (text, terms) => {
        expect(text).toContain(snippet(text, terms, 50).replace(/^… /, ''));
      }),
    );
  });
});

describe('partsByTerms', () => {
  it('parts a text at the forms of the words', () => {
    expect(partsByTerms('Parsers fail; a parsing failure', ['pars', 'fail'])).toEqual([
      '',
      'Parsers',
      ' ',
      'fail',
      '; a ',
      'parsing',
      ' ',
      'failure',
      '',
    ]);
  });

  it('keeps every character, whatever the terms are', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (text, terms) => {
        expect(partsByTerms(text, terms).join('')).toBe(text);
      }),
    );
  });
});

describe('withoutRecalled', () => {
  it('takes out what was recalled, also when its end was cut off', () => {
    const told = asRecord('context', 'my-repo', '* claude · the parser fails\n');
    expect(withoutRecalled(`before\n${told}\nafter`)).toBe('before\n[recalled by Hivemind]\nafter');
    expect(withoutRecalled(`before ${told.slice(0, -30)}`)).toBe('before [recalled by Hivemind]');
    expect(withoutRecalled(`${told} and ${told}`)).toBe('[recalled by Hivemind] and [recalled by Hivemind]');
  });

  it('leaves alone what only speaks of it', () => {
    const text = 'the element <hivemind-record> quotes data; <hivemind-record kind=x>';
    expect(withoutRecalled(text)).toBe(text);
  });
});
